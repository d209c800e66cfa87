/** What would have happened: counts as it is now and with the change, and along time, zone by zone, what each would have found. */
import { Button, Group, List, Stack, Table, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { endLabels } from "@/parts/chart/axes";
import { useFormat } from "@/parts/format";
import { type Interval, type Outcome, placed, telling, type ZoneOutcome } from "@/views/rules/outcome";
import style from "./Picture.module.css";

const FIRST = 8;
const US = 1_000;

export function Picture({ outcome, notes }: { outcome: Outcome; notes: string[] }) {
  const { t } = useTranslation("rules");
  const format = useFormat();
  const zones = telling(outcome.zones);
  const [all, showAll] = useState(false);
  const shown = all ? zones : zones.slice(0, FIRST);
  return (
    <Stack gap="sm" role="region" aria-label={t("picture.title", { rule: outcome.rule })}>
      <Title order={3} size="h5">
        {t("picture.title", { rule: outcome.rule })}
      </Title>
      <Text size="sm" c="dimmed">
        {t("picture.over", {
          from: day(outcome.from_us, format.lang),
          to: day(outcome.to_us, format.lang),
          devices: format.number(outcome.devices),
          readings: format.number(outcome.readings),
        })}
      </Text>
      <Counts outcome={outcome} />
      {zones.length === 0 ? (
        <Text>{t("picture.nothing")}</Text>
      ) : (
        <div className={style["lanes"]}>
          <Legend />
          {shown.map((zone) => (
            <Lane key={zone.zone} zone={zone} window={outcome} />
          ))}
          <Ticks window={outcome} />
        </div>
      )}
      {zones.length > shown.length && (
        <Group>
          <Button size="xs" variant="subtle" onClick={() => showAll(true)}>
            {t("picture.all", { count: zones.length })}
          </Button>
        </Group>
      )}
      {notes.length > 0 && (
        <List size="xs" c="dimmed">
          {notes.map((note) => (
            <List.Item key={note}>{note}</List.Item>
          ))}
        </List>
      )}
    </Stack>
  );
}

function day(us: number, lang: string): string {
  return new Intl.DateTimeFormat(lang, { dateStyle: "medium" }).format(us / US);
}

function Counts({ outcome: { before, after, before_lead, after_lead } }: { outcome: Outcome }) {
  const { t } = useTranslation("rules");
  const format = useFormat();
  const rows: [string, number, number][] = [
    ["findings", before.findings, after.findings],
    ["tickets", before.tickets, after.tickets],
    ["said_true", before.said_true, after.said_true],
    ["said_false", before.said_false, after.said_false],
    ["announced", before_lead.announced, after_lead.announced],
  ];
  return (
    <Table withTableBorder maw={520} aria-label={t("picture.counts")}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{t("picture.counts")}</Table.Th>
          <Table.Th scope="col" ta="end">
            {t("picture.before")}
          </Table.Th>
          <Table.Th scope="col" ta="end">
            {t("picture.after")}
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map(([name, was, is]) => (
          <Table.Tr key={name}>
            <Table.Th scope="row" fw={400}>
              {t(`count.${name}`)}
            </Table.Th>
            <Table.Td ta="end">{format.number(was)}</Table.Td>
            <Table.Td ta="end">
              <b>{format.number(is)}</b>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Legend() {
  const { t } = useTranslation("rules");
  return (
    <Group gap="md" mb="xs">
      {(["before", "after", "breach"] as const).map((name) => (
        <Group key={name} gap={6}>
          <svg className={style["key"]} viewBox="0 0 16 10" aria-hidden="true">
            <rect width="16" height="10" rx="2" className={style[name]} />
          </svg>
          <Text size="xs">{t(`picture.${name}`)}</Text>
        </Group>
      ))}
    </Group>
  );
}

function Lane({ zone, window }: { zone: ZoneOutcome; window: Outcome }) {
  const { t } = useTranslation("rules");
  const format = useFormat();
  const label = t("picture.lane", {
    zone: zone.zone,
    before: zone.before.findings,
    after: zone.after.findings,
  });
  const told = (one: Interval) =>
    `${format.moment(new Date(one.start_us / US).toISOString(), undefined, "short")} · ${format.duration(((one.end_us ?? window.to_us) - one.start_us) / US)}`;
  return (
    <div className={style["lane"]}>
      <div className={style["zone"]}>
        <Text size="sm" truncate="end" title={zone.zone}>
          {zone.zone}
        </Text>
        <Text size="xs" c="dimmed">
          {t("picture.change", { before: zone.before.findings, after: zone.after.findings })}
        </Text>
      </div>
      <svg
        className={style["time"]}
        viewBox="0 0 1000 44"
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
      >
        {zone.breaches.map(([start, end]) => (
          <rect
            key={`b${start}`}
            {...placed(window, start, end)}
            y="0"
            height="44"
            className={style["breach"]}
          />
        ))}
        <line x1="0" x2="1000" y1="22" y2="22" className={style["middle"]} />
        {zone.before_intervals.map((one) => (
          <rect
            key={`o${one.subject}${one.kind}${one.start_us}`}
            {...placed(window, one.start_us, one.end_us)}
            y="5"
            height="13"
            className={style["before"]}
          >
            <title>{told(one)}</title>
          </rect>
        ))}
        {zone.after_intervals.map((one) => (
          <rect
            key={`n${one.subject}${one.kind}${one.start_us}`}
            {...placed(window, one.start_us, one.end_us)}
            y="26"
            height="13"
            className={style["after"]}
          >
            <title>{told(one)}</title>
          </rect>
        ))}
      </svg>
    </div>
  );
}

/** Where the window begins, its middle, and its end. */
function Ticks({ window }: { window: Outcome }) {
  const format = useFormat();
  const ends = [window.from_us, (window.from_us + window.to_us) / 2, window.to_us];
  const seconds = ends.map((at) => at / US / 1000);
  const labels = endLabels(seconds, format, undefined, "day");
  return (
    <div className={style["lane"]} aria-hidden="true">
      <div className={style["zone"]} />
      <div className={style["ticks"]}>
        {labels.map((label) => (
          <Text key={label} size="xs" c="dimmed">
            {label}
          </Text>
        ))}
      </div>
    </div>
  );
}
