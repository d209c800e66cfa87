/** Where a lot was, and what was measured there meanwhile: one curve over all its places. */
import { Anchor, Group, Select, Stack } from "@mantine/core";
import { MapPinOff } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { PlacementView } from "@/api/schema";
import { to } from "@/links";
import type { Range, Span } from "@/parts/chart/nouns";
import { type Piece, Readings } from "@/parts/chart/Readings";
import { useFilters } from "@/parts/filters";
import { Section } from "@/parts/Section";
import { Empty } from "@/parts/states/Empty";
import { Loading } from "@/parts/states/Loading";
import { type Line, Timeline } from "@/parts/Timeline";
import { useExposure } from "@/views/lots/exposure";
import { useLimits } from "@/views/places/facts";
import { useQuantities } from "@/views/places/quantities";
import { SpanLegend } from "@/views/places/SpanLegend";
import { useKind } from "@/views/places/states";

const DAY_S = 86_400;
const FILTERS = { quantity: "text" } as const;

interface Props {
  lot: string;
  stays: PlacementView[];
  loading: boolean;
  clock?: string;
}

/** From the first stay to the end of the last, or to now. */
export function wayOf(stays: PlacementView[], nowMs: number): Range {
  const from = Math.min(...stays.map((one) => Date.parse(one.valid_from)));
  const until = Math.max(...stays.map((one) => (one.valid_to ? Date.parse(one.valid_to) : nowMs)));
  return [from / 1000, Math.max(Math.min(until, nowMs) / 1000, from / 1000 + 60)];
}

function linesOf(stays: PlacementView[]): Line[] {
  const found = new Map<string, Line>();
  for (const { id, place, place_kind: kind, valid_from, valid_to } of stays) {
    const link = kind === "shipment" ? to.shipment(place) : to.zone(place);
    const name = (
      <Anchor component={Link} to={link}>
        {place}
      </Anchor>
    );
    const line: Line = found.get(place) ?? { key: place, name, bars: [] };
    line.bars.push({ key: id, from: valid_from, to: valid_to });
    found.set(place, line);
  }
  return [...found.values()];
}

export function Way(props: Props) {
  const { t } = useTranslation("lots");
  const { lot, stays, loading, clock } = props;
  const places = useMemo(() => [...new Set(stays.map((one) => one.place))], [stays]);
  const { names, loading: asking } = useQuantities(places, "lots", lot);
  if (loading) return <Loading rows={3} />;
  if (stays.length === 0)
    return (
      <Section title={t("way")}>
        <Empty title={t("nowhere")} icon={MapPinOff}>
          {t("nowhere_why")}
        </Empty>
      </Section>
    );
  const range = wayOf(stays, Date.now());
  return (
    <>
      <Section title={t("way")}>
        <Timeline lines={linesOf(stays)} range={range} label={t("way")} {...(clock ? { zone: clock } : {})} />
      </Section>
      {names.length > 0 && <Curves {...props} names={names} />}
      {names.length === 0 && (
        <Section title={t("course")}>
          {asking ? <Loading rows={3} /> : <Empty title={t("no_record")}>{t("no_record_why")}</Empty>}
        </Section>
      )}
    </>
  );
}

function Curves({ lot, stays, clock, names }: Props & { names: string[] }) {
  const { t } = useTranslation(["lots", "words", "places"]);
  const kind = useKind();
  const { data } = useExposure(lot);
  const [filters, change] = useFilters(FILTERS);
  const quantity = names.find((one) => one === filters.quantity) ?? names[0] ?? "";
  const [first] = useState<Range>(() => {
    const [from, until] = wayOf(stays, Date.now());
    return [Math.max(from, until - 365 * DAY_S), until];
  });
  const [range, setRange] = useState(first);
  const limits = useLimits("lots", lot, range, quantity);
  const pieces = useMemo(
    () =>
      stays.map(
        (one): Piece => ({
          selection: { zone: one.place, quantity, lot },
          within: {
            from: Date.parse(one.valid_from) / 1000,
            to: one.valid_to ? Date.parse(one.valid_to) / 1000 : null,
          },
        }),
      ),
    [stays, quantity, lot],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the names change with the language, which draws everything anew
  const spans = useMemo<Span[]>(
    () =>
      (data?.whole?.findings ?? []).map((one) => ({
        from: Date.parse(one.from) / 1000,
        to: one.to ? Date.parse(one.to) / 1000 : null,
        label: kind(one.kind),
        tone: one.severity === "warning" ? "warning" : "danger",
      })),
    [data],
  );
  return (
    <Section
      title={t("course")}
      hint={clock ? t("places:clock", { zone: clock }) : t("places:clock_reader")}
      actions={
        <Select
          aria-label={t("places:quantity")}
          size="xs"
          data={names.map((value) => ({ value, label: t(`words:quantity.${value}`, value) }))}
          value={quantity}
          onChange={(value) => change({ quantity: value ?? undefined })}
          allowDeselect={false}
        />
      }
    >
      <Stack gap="xs">
        <Readings
          key={quantity}
          selection={pieces}
          first={first}
          onRange={setRange}
          label={t("course_of", { quantity: t(`words:quantity.${quantity}`, quantity), lot })}
          limits={limits}
          spans={spans}
          {...(clock ? { zone: clock } : {})}
        />
        <Group>
          <SpanLegend spans={spans} forecast={false} />
        </Group>
      </Stack>
    </Section>
  );
}
