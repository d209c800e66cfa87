/** The alarms that are not normal, by state: what calls, what was seen, what is put aside, what waits for a decision. */
import { Anchor, Button, Chip, Group, MultiSelect, Stack, Text } from "@mantine/core";
import { BellRing, Check } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useList } from "@/api/lists";
import type { AlarmView } from "@/api/schema";
import { to } from "@/links";
import { SeverityBadge } from "@/parts/badges";
import { type Column, DataTable } from "@/parts/DataTable";
import { useFilters } from "@/parts/filters";
import { PageHead } from "@/parts/PageHead";
import { Empty } from "@/parts/states/Empty";
import { TimeText } from "@/parts/TimeText";
import { useSession } from "@/shell/session";
import { AlarmBadge } from "@/views/alarms/AlarmBadge";
import { AlarmTabs } from "@/views/alarms/AlarmTabs";
import { useAct } from "@/views/alarms/acts";
import { type AlarmFilters, asked, FILTERS, NO_FILTERS, STATES } from "@/views/alarms/asked";

export default function Alarms() {
  const { t } = useTranslation(["alarms", "words"]);
  const [filters, change, filtered] = useFilters(FILTERS);
  const list = useList("/api/v1/alarms", asked(filters));
  const columns: Column<AlarmView>[] = [
    { key: "severity", head: t("column.severity"), cell: (one) => <SeverityBadge severity={one.severity} /> },
    { key: "alarm", head: t("column.alarm"), cell: (one) => <Named alarm={one} /> },
    { key: "state", head: t("column.state"), cell: (one) => <Standing alarm={one} /> },
    { key: "place", head: t("column.place"), cell: (one) => one.zone ?? "–" },
    { key: "since", head: t("column.since"), cell: (one) => <TimeText at={one.active_since} /> },
    { key: "acked", head: t("column.acked"), cell: (one) => who(one.acked_by) },
    { key: "act", head: t("column.act"), cell: (one) => <Acknowledge alarm={one} /> },
  ];
  const nothing = filtered ? (
    <Empty
      title={t("none_found")}
      action={<Button onClick={() => change(NO_FILTERS)}>{t("show_all")}</Button>}
    >
      {t("none_found_why")}
    </Empty>
  ) : (
    <Empty title={t("none")} icon={BellRing}>
      {t("none_why")}
    </Empty>
  );
  return (
    <>
      <PageHead title={t("title")}>{t("about")}</PageHead>
      <AlarmTabs />
      <Stack>
        <Filters filters={filters} change={change} />
        <DataTable
          list={list}
          columns={columns}
          rowKey={(one) => one.id}
          label={t("title")}
          empty={nothing}
          card={(one) => (
            <Stack gap="xs">
              <Group justify="space-between" gap={6}>
                <SeverityBadge severity={one.severity} />
                <Standing alarm={one} />
              </Group>
              <Named alarm={one} />
              <Group justify="space-between">
                <Text size="sm" c="dimmed">
                  <TimeText at={one.active_since} />
                </Text>
                <Acknowledge alarm={one} />
              </Group>
            </Stack>
          )}
        />
      </Stack>
    </>
  );
}

/** Somebody, by name. */
export function who(principal: string | null): string {
  return principal?.replace(/^person:/, "") ?? "–";
}

interface FiltersProps {
  filters: AlarmFilters;
  change: (some: { [Name in keyof AlarmFilters]?: AlarmFilters[Name] | undefined }) => void;
}

function Filters({ filters, change }: FiltersProps) {
  const { t } = useTranslation(["alarms", "words"]);
  return (
    <Group gap="xs" align="flex-end" role="search" aria-label={t("filter.title")}>
      <MultiSelect
        label={t("filter.state")}
        placeholder={filters.state ? "" : t("filter.not_normal")}
        data={STATES.map((value) => ({ value, label: t(`words:alarm.state.${value}`) }))}
        value={filters.state ?? []}
        onChange={(state) => change({ state: state.length > 0 ? state : undefined })}
        clearable
        miw={260}
      />
      <Chip
        checked={filters.latched ?? false}
        onChange={(on) => change({ latched: on || undefined })}
        size="sm"
        pb={4}
      >
        {t("filter.latched")}
      </Chip>
    </Group>
  );
}

function Named({ alarm }: { alarm: AlarmView }) {
  const { t } = useTranslation(["findings", "alarms"]);
  return (
    <Stack gap={0}>
      <Anchor component={Link} to={to.alarm(alarm.id)} fw={600}>
        {t(`kind.${alarm.kind}`, alarm.kind)}
      </Anchor>
      <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
        {alarm.subject}
        {alarm.flapping && ` · ${t("alarms:flapping")}`}
      </Text>
    </Stack>
  );
}

/** Its state, and until when it is put aside. */
function Standing({ alarm }: { alarm: AlarmView }) {
  const { t } = useTranslation("alarms");
  return (
    <Stack gap={2} align="flex-start">
      <AlarmBadge state={alarm.state} />
      {alarm.shelf && (
        <Text size="xs" c="dimmed">
          {alarm.shelf.waits_for_second ? t("shelf.waits") : t("shelf.ends")}{" "}
          <TimeText at={alarm.shelf.until} />
        </Text>
      )}
    </Stack>
  );
}

function Acknowledge({ alarm }: { alarm: AlarmView }) {
  const { t } = useTranslation("alarms");
  const { may } = useSession();
  const { act, busy, problem } = useAct(alarm);
  if (!may("alarms.acknowledge") || !alarm.condition.endsWith("_unacked")) return null;
  return (
    <Stack gap={2} align="flex-start">
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<Check aria-hidden size={14} />}
        loading={busy}
        onClick={() => void act("acknowledge", { comment: "" })}
      >
        {t("act.acknowledge")}
      </Button>
      {problem && (
        <Text size="xs" c="red" role="alert">
          {problem.detail || problem.title}
        </Text>
      )}
    </Stack>
  );
}
