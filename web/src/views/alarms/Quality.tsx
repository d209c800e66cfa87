/** How good the alarms are to the people in front of them: the figures of EEMUA 191 and ISA-18.2, and the worst ten. */
import { Group, NumberInput, SegmentedControl, Select, Stack } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { useList } from "@/api/lists";
import { type Kind, useFilters } from "@/parts/filters";
import { PageHead } from "@/parts/PageHead";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";
import { AlarmTabs } from "@/views/alarms/AlarmTabs";
import { Calls } from "@/views/alarms/Calls";
import { Hourly } from "@/views/alarms/Hourly";
import { Load, Mix, Nuisance, Wanted } from "@/views/alarms/QualityFigures";
import { Worst } from "@/views/alarms/Worst";

const FILTERS = { site: "text", days: "text", operators: "text" } as const satisfies Record<string, Kind>;
const DAYS = ["7", "30", "90"];
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export default function Quality() {
  const { t } = useTranslation("alarms");
  const [filters, change] = useFilters(FILTERS);
  const days = filters.days && DAYS.includes(filters.days) ? filters.days : "30";
  const operators = Math.max(1, Number(filters.operators) || 1);
  const from = useMemo(
    () => new Date(Math.floor(Date.now() / HOUR_MS) * HOUR_MS - Number(days) * DAY_MS).toISOString(),
    [days],
  );
  const site = filters.site ? { site: filters.site } : {};
  const found = ask.useQuery("get", "/api/v1/alarm-quality", {
    params: { query: { from, operators, ...site } },
  });
  const sites = useList("/api/v1/sites", { limit: 1000 });
  return (
    <>
      <PageHead title={t("quality.title")}>{t("quality.about")}</PageHead>
      <AlarmTabs />
      <Stack>
        <Group gap="xs" align="flex-end" role="search" aria-label={t("filter.title")}>
          <SegmentedControl
            aria-label={t("quality.span")}
            data={DAYS.map((value) => ({ value, label: t("quality.days", { count: Number(value) }) }))}
            value={days}
            onChange={(value) => change({ days: value === "30" ? undefined : value })}
          />
          <Select
            label={t("quality.site")}
            placeholder={t("quality.all_sites")}
            data={sites.items.map(({ key, name }) => ({ value: key, label: name || key }))}
            value={filters.site ?? null}
            onChange={(value) => change({ site: value ?? undefined })}
            searchable
            clearable
          />
          <NumberInput
            label={t("quality.operators")}
            value={operators}
            onChange={(value) => change({ operators: Number(value) > 1 ? String(value) : undefined })}
            min={1}
            max={1000}
            w={140}
          />
        </Group>
        {found.isPending && <Loading rows={4} height={120} />}
        {found.error && <ErrorNotice problem={found.error} again={() => void found.refetch()} />}
        {found.data && (
          <>
            <Load quality={found.data} />
            <Hourly quality={found.data} />
            <Wanted quality={found.data} />
            <Mix mix={found.data.mix} />
            <Calls calls={found.data.calls} />
            <Worst worst={found.data.worst} />
            <Nuisance quality={found.data} />
          </>
        )}
      </Stack>
    </>
  );
}
