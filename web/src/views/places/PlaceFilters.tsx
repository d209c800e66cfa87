/** Search and states of places; both stand in the page's address. */
import { Chip, Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Stand } from "@/api/schema";
import { SearchField } from "@/parts/SearchField";
import { STANDS } from "@/views/places/states";

interface Filters {
  state?: string[];
  text?: string;
}

interface Props {
  filters: Filters;
  change: (some: { state?: string[] | undefined; text?: string | undefined }) => void;
  counts: Partial<Record<Stand, number>>;
}

export function PlaceFilters({ filters, change, counts }: Props) {
  const { t } = useTranslation("places");
  const chosen = filters.state ?? [];
  const toggle = (stand: string, on: boolean) => {
    const next = on ? [...chosen, stand] : chosen.filter((each) => each !== stand);
    change({ state: next.length > 0 ? next : undefined });
  };
  return (
    <Group gap="sm" align="flex-end" role="search" aria-label={t("filter.title")}>
      <SearchField
        label={t("filter.text")}
        text={filters.text ?? ""}
        onText={(text) => change({ text: text || undefined })}
      />
      <Group gap={6} pb={4}>
        {STANDS.map((stand) => (
          <Chip key={stand} size="sm" checked={chosen.includes(stand)} onChange={(on) => toggle(stand, on)}>
            {t("filter.counted", { name: t(`stand.${stand}`), count: counts[stand] ?? 0 })}
          </Chip>
        ))}
      </Group>
    </Group>
  );
}
