/** Stacked bars: how many of what, over time or by name; the figures on demand as a table. */
import { Button, Group, ScrollArea, Stack, Table, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Table2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/parts/format";
import style from "./Bars.module.css";

export type BarTone = "good" | "quiet" | "warning" | "danger" | "info";
export interface BarPart {
  name: string;
  tone: BarTone;
}
export interface Bar {
  key: string;
  /** What it stands for; below the first, the middle and the last, and in the table. */
  label: string;
  /** One figure for each part. */
  values: number[];
}

interface Props {
  label: string;
  parts: BarPart[];
  bars: Bar[];
  /** A figure that should not be exceeded. */
  limit?: { value: number; label: string };
}

const total = (bar: Bar) => bar.values.reduce((sum, value) => sum + value, 0);

export function Bars({ label, parts, bars, limit }: Props) {
  const { t } = useTranslation("states");
  const format = useFormat();
  const [figures, { toggle }] = useDisclosure(false);
  const top = Math.max(1, limit?.value ?? 0, ...bars.map(total));
  const last = bars.length - 1;
  const ends = [...new Set([0, last >> 1, last])].flatMap((at) => bars[at] ?? []);
  return (
    <Stack gap="xs">
      <div className={style["chart"]} role="img" aria-label={label}>
        <span className={style["top"]}>{format.number(top, 0)}</span>
        {limit && (
          <span className={style["limit"]} style={{ bottom: `${(limit.value / top) * 100}%` }}>
            {limit.label}
          </span>
        )}
        {bars.map((bar) => (
          <div key={bar.key} className={style["bar"]} title={told(bar, parts)}>
            {parts.map((part, i) => (
              <i
                key={part.name}
                data-tone={part.tone}
                data-some={(bar.values[i] ?? 0) > 0 || undefined}
                style={{ height: `${((bar.values[i] ?? 0) / top) * 100}%` }}
              />
            ))}
          </div>
        ))}
      </div>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        {ends.map((bar) => (
          <Text key={bar.key} size="xs" c="dimmed">
            {bar.label}
          </Text>
        ))}
      </Group>
      <Group justify="space-between" gap="xs">
        <Group gap="sm">
          {parts.map((part) => (
            <span key={part.name} className={style["key"]}>
              <i data-tone={part.tone} aria-hidden />
              {part.name}
            </span>
          ))}
        </Group>
        <Button
          size="compact-xs"
          variant="subtle"
          leftSection={<Table2 aria-hidden size={14} />}
          onClick={toggle}
          aria-expanded={figures}
        >
          {figures ? t("chart.hide") : t("chart.figures")}
        </Button>
      </Group>
      {figures && <BarFigures label={label} parts={parts} bars={bars} />}
    </Stack>
  );
}

function told(bar: Bar, parts: BarPart[]): string {
  return [bar.label, ...parts.map((part, i) => `${part.name}: ${bar.values[i] ?? 0}`)].join("\n");
}

function BarFigures({ label, parts, bars }: Omit<Props, "limit">) {
  const { t } = useTranslation("states");
  const format = useFormat();
  return (
    <ScrollArea.Autosize mah={320} viewportProps={{ tabIndex: 0, role: "region", "aria-label": label }}>
      <Table stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t("bars.of")}</Table.Th>
            {parts.map((part) => (
              <Table.Th key={part.name} scope="col" ta="end">
                {part.name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {bars.map((bar) => (
            <Table.Tr key={bar.key}>
              <Table.Th scope="row">{bar.label}</Table.Th>
              {parts.map((part, i) => (
                <Table.Td key={part.name} ta="end">
                  {format.number(bar.values[i] ?? 0)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}
