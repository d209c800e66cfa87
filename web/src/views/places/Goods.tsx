/** The goods in a place over time: a line per lot, a bar per stay. */
import { Anchor, Group, SegmentedControl } from "@mantine/core";
import { Package } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useList } from "@/api/lists";
import type { PlacementView } from "@/api/schema";
import { to } from "@/links";
import { Section } from "@/parts/Section";
import { Empty } from "@/parts/states/Empty";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";
import { type Line, Timeline } from "@/parts/Timeline";
import { type Period, rangeOf } from "@/views/places/period";

const SPANS: Period[] = ["week", "month", "year"];
const MOST = 1000;

/** Stays gathered by what stayed, if they touch the range; what came last on top. */
function linesOf(stays: PlacementView[], [from, until]: readonly [number, number]): Line[] {
  const found = new Map<string, Line>();
  const touching = stays.filter(
    (one) =>
      Date.parse(one.valid_from) / 1000 < until &&
      (one.valid_to === null || Date.parse(one.valid_to) / 1000 > from),
  );
  for (const { id, subject, valid_from, valid_to } of touching) {
    const name = (
      <Anchor component={Link} to={to.lot(subject)}>
        {subject}
      </Anchor>
    );
    const line: Line = found.get(subject) ?? { key: subject, name, bars: [] };
    line.bars.push({ key: id, from: valid_from, to: valid_to });
    found.set(subject, line);
  }
  return [...found.values()].reverse();
}

export function Goods({ place, clock }: { place: string; clock?: string }) {
  const { t } = useTranslation("places");
  const [period, setPeriod] = useState<Period>("month");
  const list = useList("/api/v1/placements", { place, limit: MOST });
  const range = useMemo(() => rangeOf(period, Date.now()), [period]);
  const lots = useMemo(() => list.items.filter((one) => one.subject_kind === "lot"), [list.items]);
  const lines = useMemo(() => linesOf(lots, range), [lots, range]);
  return (
    <Section
      title={t("goods")}
      actions={
        lots.length > 0 && (
          <SegmentedControl
            aria-label={t("period.title")}
            size="xs"
            data={SPANS.map((value) => ({ value, label: t(`period.${value}`) }))}
            value={period}
            onChange={(value) => setPeriod(value as Period)}
          />
        )
      }
    >
      {list.loading && <Loading rows={2} />}
      {list.problem && <ErrorNotice problem={list.problem} again={list.again} />}
      {!list.loading && !list.problem && lines.length === 0 && (
        <Empty title={t("no_goods")} icon={Package}>
          {t("no_goods_why")}
        </Empty>
      )}
      {lines.length > 0 && (
        <Group grow>
          <Timeline lines={lines} range={range} label={t("goods")} {...(clock ? { zone: clock } : {})} />
        </Group>
      )}
    </Section>
  );
}
