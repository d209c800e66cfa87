/** The ledger of one gateway: what came and what became of it, hour by hour, and why what was refused was. */
import { Group, SegmentedControl, Stack, Table, Text } from "@mantine/core";
import { CircleCheck, TriangleAlert } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import type { LedgerHour } from "@/api/schema";
import { Badge } from "@/parts/Badge";
import { type Bar, Bars } from "@/parts/Bars";
import { type Kind, useFilters } from "@/parts/filters";
import { type Format, useFormat } from "@/parts/format";
import { Section } from "@/parts/Section";
import { Empty } from "@/parts/states/Empty";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";
import { WideTable } from "@/parts/WideTable";

const HOUR_MS = 3_600_000;
const SPANS = { day: 24, week: 7 * 24 };
type Span = keyof typeof SPANS;
const CHOSEN = { ledger: "text" } as const satisfies Record<string, Kind>;
const AGAIN_MS = 30_000;

const sum = (counts: { n: number }[]) => counts.reduce((all, { n }) => all + n, 0);

/** A bar for each hour, also for those in which nothing came. */
function barsOf(items: LedgerHour[], hours: number, endMs: number, format: Format): Bar[] {
  const found = new Map(items.map((one) => [Date.parse(one.hour), one]));
  const last = Math.floor(endMs / HOUR_MS) * HOUR_MS;
  return Array.from({ length: hours }, (_, i) => {
    const at = last - (hours - 1 - i) * HOUR_MS;
    const values = found.get(at)?.values;
    return {
      key: String(at),
      label: format.moment(new Date(at).toISOString(), undefined, "short"),
      values: values
        ? [values.kept, values.duplicate, values.conflicting, sum(values.rejected)]
        : [0, 0, 0, 0],
    };
  });
}

/** Messages and values that were refused, by reason. */
function reasonsOf(items: LedgerHour[]): { reason: string; messages: number; values: number }[] {
  const found = new Map<string, { messages: number; values: number }>();
  for (const hour of items)
    for (const what of ["messages", "values"] as const)
      for (const { reason, n } of hour[what].rejected) {
        const row = found.get(reason) ?? { messages: 0, values: 0 };
        row[what] += n;
        found.set(reason, row);
      }
  return [...found].map(([reason, row]) => ({ reason, ...row }));
}

export function Ledger({ gateway }: { gateway: string }) {
  const { t } = useTranslation("gateways");
  const format = useFormat();
  const [chosen, choose] = useFilters(CHOSEN);
  const span: Span = chosen.ledger === "week" ? "week" : "day";
  const hours = SPANS[span];
  const from = useMemo(
    () => new Date((Math.floor(Date.now() / HOUR_MS) - hours + 1) * HOUR_MS).toISOString(),
    [hours],
  );
  const found = ask.useQuery(
    "get",
    "/api/v1/ledger",
    { params: { query: { gateway, from, limit: 1000 } } },
    { refetchInterval: AGAIN_MS },
  );
  const items = found.data?.items ?? [];
  const tones = [
    { name: t("ledger.kept"), tone: "good" },
    { name: t("ledger.duplicate"), tone: "quiet" },
    { name: t("ledger.conflicting"), tone: "warning" },
    { name: t("ledger.rejected"), tone: "danger" },
  ] as const;
  return (
    <Section
      title={t("ledger.title")}
      hint={t("ledger.about")}
      actions={
        <SegmentedControl
          aria-label={t("ledger.span")}
          data={(Object.keys(SPANS) as Span[]).map((value) => ({ value, label: t(`ledger.${value}`) }))}
          value={span}
          onChange={(value) => choose({ ledger: value === "day" ? undefined : value })}
        />
      }
    >
      {found.isPending && <Loading rows={1} height={160} />}
      {found.error && <ErrorNotice problem={found.error} again={() => void found.refetch()} />}
      {found.data && items.length === 0 && <Empty title={t("ledger.none")}>{t("ledger.none_why")}</Empty>}
      {found.data && items.length > 0 && (
        <Stack>
          <Totals items={items} addsUp={found.data.adds_up} />
          <Bars
            label={t("ledger.chart")}
            parts={[...tones]}
            bars={barsOf(items, hours, found.dataUpdatedAt, format)}
          />
          <Reasons items={items} />
        </Stack>
      )}
    </Section>
  );
}

function Totals({ items, addsUp }: { items: LedgerHour[]; addsUp: boolean }) {
  const { t } = useTranslation("gateways");
  const format = useFormat();
  const add = (of: (hour: LedgerHour) => number) =>
    format.number(
      items.reduce((all, hour) => all + of(hour), 0),
      0,
    );
  return (
    <Group gap="md">
      <Text size="sm">{t("ledger.messages", { n: add((hour) => hour.messages.received) })}</Text>
      <Text size="sm">{t("ledger.values", { n: add((hour) => hour.values.received) })}</Text>
      <Text size="sm">{t("ledger.late", { n: add((hour) => hour.values.late) })}</Text>
      <Badge tone={addsUp ? "good" : "danger"} icon={addsUp ? CircleCheck : TriangleAlert}>
        {addsUp ? t("ledger.adds_up") : t("ledger.does_not_add_up")}
      </Badge>
    </Group>
  );
}

function Reasons({ items }: { items: LedgerHour[] }) {
  const { t } = useTranslation(["gateways", "words"]);
  const format = useFormat();
  const rows = reasonsOf(items);
  if (rows.length === 0) return <Text size="sm">{t("ledger.nothing_refused")}</Text>;
  return (
    <WideTable label={t("ledger.reasons")} least={480}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{t("ledger.reason")}</Table.Th>
          <Table.Th scope="col">{t("ledger.what_to_change")}</Table.Th>
          <Table.Th scope="col" ta="end">
            {t("ledger.refused_messages")}
          </Table.Th>
          <Table.Th scope="col" ta="end">
            {t("ledger.refused_values")}
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map(({ reason, messages, values }) => (
          <Table.Tr key={reason}>
            <Table.Td>{t(`words:reject.${reason}`, reason)}</Table.Td>
            <Table.Td>{t(`words:reject_fix.${reason}`, "")}</Table.Td>
            <Table.Td ta="end">{format.number(messages, 0)}</Table.Td>
            <Table.Td ta="end">{format.number(values, 0)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </WideTable>
  );
}
