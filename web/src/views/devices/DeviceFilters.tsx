/** The filters of the list of devices; each of them stands in the page's address. */
import { Chip, Group, Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useList } from "@/api/lists";
import type { Values } from "@/parts/filters";
import type { FILTERS } from "@/views/devices/asked";

const MOST = 1000;
type Filters = Values<typeof FILTERS>;

interface Props {
  filters: Filters;
  change: (some: { [Name in keyof Filters]?: Filters[Name] | undefined }) => void;
}

/** What can be chosen: by name, and what is asked for already even if it is not among them. */
function choices(found: { key: string; name?: string }[], chosen: string | undefined) {
  const data = found.map(({ key, name }) => ({ value: key, label: name || key }));
  if (chosen && !data.some(({ value }) => value === chosen)) data.push({ value: chosen, label: chosen });
  return data;
}

export function DeviceFilters({ filters, change }: Props) {
  const { t } = useTranslation("devices");
  const sites = useList("/api/v1/sites", { limit: MOST });
  const zones = useList("/api/v1/zones", { limit: MOST });
  const gateways = useList("/api/v1/gateways", { limit: MOST });
  const places = zones.items.filter(({ site }) => !filters.site || site === filters.site);
  const from = { site: sites.items, place: places, gateway: gateways.items };
  return (
    <Group gap="xs" align="flex-end" role="search" aria-label={t("filter.title")}>
      {(["site", "place", "gateway"] as const).map((name) => (
        <Select
          key={name}
          label={t(`filter.${name}`)}
          data={choices(from[name], filters[name])}
          value={filters[name] ?? null}
          onChange={(value) => change({ [name]: value ?? undefined })}
          searchable
          clearable
          miw={160}
          maw={240}
        />
      ))}
      <Chip
        checked={filters.standing ?? false}
        onChange={(on) => change({ standing: on || undefined })}
        size="sm"
        pb={4}
      >
        {t("filter.standing")}
      </Chip>
    </Group>
  );
}
