/** Times in which alarms call nobody: maintenance windows, and what is out of service. Alarms about goods always call. */
import { Button, Chip, Group, Stack, Text } from "@mantine/core";
import { CalendarPlus, Power, Wrench } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ifMatch } from "@/api/client";
import { type List, useList } from "@/api/lists";
import { queries } from "@/api/queries";
import type { StillState, StillView } from "@/api/schema";
import { Badge, type Tone } from "@/parts/Badge";
import { ConfirmWithReason } from "@/parts/ConfirmWithReason";
import { type Column, DataTable } from "@/parts/DataTable";
import { type Kind, useFilters } from "@/parts/filters";
import { useFormat } from "@/parts/format";
import { PageHead } from "@/parts/PageHead";
import { Section } from "@/parts/Section";
import { Empty } from "@/parts/states/Empty";
import { useSession } from "@/shell/session";
import { who } from "@/views/alarms/Alarms";
import { AlarmTabs } from "@/views/alarms/AlarmTabs";
import { NewStill } from "@/views/alarms/NewStill";

const FILTERS = { past: "flag" } as const satisfies Record<string, Kind>;
const NOW: StillState[] = ["planned", "running"];
const TONES: Record<string, Tone> = {
  running: "info",
  planned: "caution",
  over: "quiet",
  cancelled: "quiet",
};

/** Everything about windows is asked again. */
export function refresh(): void {
  void queries.invalidateQueries({
    predicate: ({ queryKey: [, path] }) =>
      ["/api/v1/maintenance", "/api/v1/out-of-service", "/api/v1/alarms"].includes(String(path)),
  });
}

export default function Maintenance() {
  const { t } = useTranslation("alarms");
  const { may } = useSession();
  const [{ past = false }, change] = useFilters(FILTERS);
  const [adding, add] = useState<"window" | "out">();
  const query = past ? {} : { state: NOW };
  const windows = useList("/api/v1/maintenance", query);
  const outs = useList("/api/v1/out-of-service", query);
  return (
    <>
      <PageHead
        title={t("maintenance.title")}
        actions={
          may("maintenance.write") && (
            <>
              <Button leftSection={<CalendarPlus aria-hidden size={16} />} onClick={() => add("window")}>
                {t("maintenance.add")}
              </Button>
              <Button
                variant="default"
                leftSection={<Power aria-hidden size={16} />}
                onClick={() => add("out")}
              >
                {t("maintenance.take_out")}
              </Button>
            </>
          )
        }
      >
        {t("maintenance.about")}
      </PageHead>
      <AlarmTabs />
      <Stack>
        <Chip checked={past} onChange={(on) => change({ past: on || undefined })} size="sm">
          {t("maintenance.past")}
        </Chip>
        <Section title={t("maintenance.windows")}>
          <Stills
            list={windows}
            label={t("maintenance.windows")}
            empty={
              <Empty title={t("maintenance.none")} icon={Wrench}>
                {t("maintenance.none_why")}
              </Empty>
            }
          />
        </Section>
        <Section title={t("maintenance.outs")} hint={t("maintenance.outs_about")}>
          <Stills
            list={outs}
            label={t("maintenance.outs")}
            empty={<Text c="dimmed">{t("maintenance.no_outs")}</Text>}
          />
        </Section>
      </Stack>
      <NewStill sort={adding ?? "window"} opened={adding !== undefined} onClose={() => add(undefined)} />
    </>
  );
}

function Stills({ list, label, empty }: { list: List<StillView>; label: string; empty: ReactNode }) {
  const { t } = useTranslation("alarms");
  const columns: Column<StillView>[] = [
    { key: "subject", head: t("maintenance.subject"), cell: (one) => <What still={one} /> },
    { key: "state", head: t("maintenance.state"), cell: (one) => <StillBadge state={one.state} /> },
    { key: "when", head: t("maintenance.when"), cell: (one) => <When still={one} /> },
    { key: "reason", head: t("maintenance.reason"), cell: (one) => one.reason },
    { key: "by", head: t("maintenance.by"), cell: (one) => who(one.by) },
    { key: "act", head: t("column.act"), cell: (one) => <End still={one} /> },
  ];
  return (
    <DataTable
      list={list}
      columns={columns}
      rowKey={(one) => one.id}
      label={label}
      empty={empty}
      card={(one) => (
        <Stack gap="xs">
          <Group justify="space-between">
            <What still={one} />
            <StillBadge state={one.state} />
          </Group>
          <When still={one} />
          <Text size="sm">{one.reason}</Text>
          <Group justify="space-between">
            <Text size="sm" c="dimmed">
              {who(one.by)}
            </Text>
            <End still={one} />
          </Group>
        </Stack>
      )}
    />
  );
}

function What({ still }: { still: StillView }) {
  const { t } = useTranslation("alarms");
  const [kind = "", ...key] = still.subject.split(":");
  return (
    <Stack gap={0}>
      <Text fw={600} size="sm">
        {key.join(":")}
      </Text>
      <Text size="xs" c="dimmed">
        {t(`subject.${kind}`, kind)}
        {still.sort !== "out_of_service" && ` · ${t(`sort.${still.sort}`, still.sort)}`}
      </Text>
    </Stack>
  );
}

function StillBadge({ state }: { state: string }) {
  const { t } = useTranslation("alarms");
  return <Badge tone={TONES[state] ?? "quiet"}>{t(`still.${state}`, state)}</Badge>;
}

function When({ still }: { still: StillView }) {
  const { t } = useTranslation("alarms");
  const format = useFormat();
  const from = format.moment(still.start);
  return (
    <Text size="sm">
      {still.end
        ? t("maintenance.from_to", { from, to: format.moment(still.end) })
        : t("maintenance.open", { from })}
    </Text>
  );
}

/** Ends a window, calls it off, or puts something back into service. */
function End({ still }: { still: StillView }) {
  const { t } = useTranslation("alarms");
  const { may } = useSession();
  const [asking, setAsking] = useState(false);
  if (!may("maintenance.write") || !NOW.includes(still.state as StillState)) return null;
  const act = still.sort === "out_of_service" ? "put_back" : still.state === "planned" ? "call_off" : "end";
  async function end(reason: string) {
    const params = { path: { id: still.id }, header: ifMatch(still.version) };
    await api.POST("/api/v1/maintenance/{id}/end", { params, body: { reason } });
    refresh();
  }
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={() => setAsking(true)}>
        {t(`maintenance.${act}`)}
      </Button>
      <ConfirmWithReason
        opened={asking}
        title={t(`maintenance.${act}`)}
        act={t(`maintenance.${act}`)}
        onConfirm={end}
        onClose={() => setAsking(false)}
      >
        {t("maintenance.end_what")}
      </ConfirmWithReason>
    </>
  );
}
