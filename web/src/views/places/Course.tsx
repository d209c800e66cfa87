/** What was measured in a place: one quantity at a time, with limits, excursions, doors and what is expected. */
import { SegmentedControl, Select } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Range, Span } from "@/parts/chart/nouns";
import { type Piece, Readings, type Selection } from "@/parts/chart/Readings";
import { useFilters } from "@/parts/filters";
import { PHONE } from "@/parts/phone";
import { Section } from "@/parts/Section";
import { Empty } from "@/parts/states/Empty";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { useSession } from "@/shell/session";
import {
  type PlaceKind,
  useDoors,
  useExcursions,
  useForecast,
  useLimits,
  usePlans,
} from "@/views/places/facts";
import { isPeriod, PERIODS, type Period, rangeOf } from "@/views/places/period";
import { FIRST, useQuantities } from "@/views/places/quantities";
import { SpanLegend } from "@/views/places/SpanLegend";

const FILTERS = { quantity: "text", period: "text" } as const;
const AHEAD = 1 / 4;
const WIDE_PX = 340;
const NARROW_PX = 260;

interface Props {
  /** Key of the zone or shipment. */
  place: string;
  kind: Exclude<PlaceKind, "lots">;
  clock?: string;
  /** Whether something is foretold of it. */
  forecasts?: boolean;
  /** What is shown at first, instead of the last day. */
  first?: Range;
  /** The curve is here, or there is none; keep its identity. */
  onAnswered?: () => void;
}

/** What is shown. What is looked at first is mostly measured: its curve is asked for before that is known. */
function chosenOf(names: string[], wanted: string | undefined, unknown: boolean): string | undefined {
  if (unknown) return wanted ?? FIRST[0];
  return names.find((one) => one === wanted) ?? names[0];
}

export function Course(props: Props) {
  const { place, kind, clock, first, onAnswered } = props;
  const { t } = useTranslation("places");
  const [filters, change] = useFilters(FILTERS);
  const places = useMemo(() => [place], [place]);
  const { names, doors, loading, problem, again } = useQuantities(places, kind, place);
  const period: Period | undefined = isPeriod(filters.period) ? filters.period : first ? undefined : "day";
  const chosen = chosenOf(names, filters.quantity, loading);
  const bare = !loading && !chosen;
  useEffect(() => {
    if (bare) onAnswered?.();
  }, [bare, onAnswered]);
  return (
    <Section
      title={t("course")}
      hint={clock ? t("clock", { zone: clock }) : t("clock_reader")}
      actions={
        chosen &&
        names.length > 0 && (
          <Choices
            names={names}
            chosen={chosen}
            period={period}
            whole={first !== undefined}
            change={change}
          />
        )
      }
    >
      {problem && <ErrorNotice problem={problem} again={again} />}
      {bare && !problem && <Empty title={t("unmeasured")}>{t("unmeasured_why")}</Empty>}
      {chosen && (
        <Curves
          {...props}
          key={`${place} ${chosen} ${period}`}
          quantity={chosen}
          doors={doors}
          {...(period ? { period } : {})}
        />
      )}
    </Section>
  );
}

interface ChoicesProps {
  names: string[];
  chosen: string;
  period: Period | undefined;
  /** There is a whole to be shown: a trip. */
  whole: boolean;
  change: (some: { quantity?: string | undefined; period?: string | undefined }) => void;
}

function Choices({ names, chosen, period, whole, change }: ChoicesProps) {
  const { t } = useTranslation(["places", "words"]);
  const periods = [...(whole ? ["whole"] : []), ...Object.keys(PERIODS)];
  return (
    <>
      <Select
        aria-label={t("quantity")}
        data={names.map((value) => ({ value, label: t(`words:quantity.${value}`, value) }))}
        value={chosen}
        onChange={(value) => change({ quantity: value ?? undefined })}
        allowDeselect={false}
        size="xs"
      />
      <SegmentedControl
        aria-label={t("period.title")}
        size="xs"
        data={periods.map((value) => ({ value, label: t(`period.${value}`) }))}
        value={period ?? "whole"}
        onChange={(value) => change({ period: value === "whole" ? undefined : value })}
      />
    </>
  );
}

interface CurvesProps extends Props {
  quantity: string;
  doors: boolean;
  period?: Period;
}

function Curves(props: CurvesProps) {
  const { place, kind, quantity, doors, clock, forecasts = false, period, first, onAnswered } = props;
  const { t } = useTranslation(["places", "words"]);
  const { may } = useSession();
  const phone = useMediaQuery(PHONE);
  // The curve first; what is drawn beside it is asked for when it is here.
  const [answered, setAnswered] = useState(false);
  const tell = useCallback(() => {
    setAnswered(true);
    onAnswered?.();
  }, [onAnswered]);
  const zone = kind === "zones" && answered;
  const forecast = useForecast(place, quantity, forecasts && answered && may("findings.read"));
  const [begin] = useState<Range>(() => {
    if (!period && first) return first;
    const length = PERIODS[period ?? "day"];
    return rangeOf(period ?? "day", Date.now(), forecasts && period !== "year" ? length * AHEAD : 0);
  });
  const [range, setRange] = useState(begin);
  const limits = useLimits(kind, place, range, quantity, answered);
  const found = useExcursions(place, range, quantity, zone && may("findings.read"));
  const opened = useDoors(place, range, doors && answered);
  const planned = usePlans(place, zone && may("registry.read"));
  const spans = useMemo<Span[]>(() => [...planned, ...opened, ...found], [planned, opened, found]);
  const selection = useMemo<Selection | Piece[]>(() => ({ zone: place, quantity }), [place, quantity]);
  const name = t(`words:quantity.${quantity}`, quantity);
  return (
    <>
      <Readings
        selection={selection}
        first={begin}
        onRange={setRange}
        onAnswered={tell}
        label={t("course_of", { quantity: name, place })}
        limits={limits}
        spans={spans}
        height={phone ? NARROW_PX : WIDE_PX}
        {...(forecast ? { forecast } : {})}
        {...(clock ? { zone: clock } : {})}
      />
      <SpanLegend spans={spans} forecast={forecast !== undefined} />
    </>
  );
}
