/** The curves of some series: asks for as many buckets as there are pixels, again for every zoom, and follows what comes in. */
import { keepPreviousData, type UseQueryOptions, useQueries } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import type { ApiProblem } from "@/api/problem";
import type { GoodsView } from "@/api/schema";
import { type Answer, type Names, pictureOf, type Within } from "@/parts/chart/answered";
import { Chart } from "@/parts/chart/Chart";
import type { Picture, Range } from "@/parts/chart/nouns";
import { useStatesOf } from "@/parts/chart/two";
import { useFormat } from "@/parts/format";
import { Empty } from "@/parts/states/Empty";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";

const BUCKETS = 800;
const AGAIN_MS = 5_000;
/** What is reckoned from every reading changes with the newest bucket, and is dear. */
const SLOWEST_MS = 300_000;
/** What follows from temperature and humidity for the goods in a place; no sensor measures it. */
const DERIVED = ["dew_point_margin", "product_temperature", "surface_humidity"] as const;

/** Which series: by number, or by where and what they measure. */
export interface Selection {
  series?: number[];
  device?: string;
  zone?: string;
  site?: string;
  quantity?: string;
  /** Of what is derived: as if this lot's goods were alone there. */
  lot?: string;
}

/** A selection that counts for a part of the time only: where a lot was then. */
export interface Piece {
  selection: Selection;
  within?: Within;
}

interface Props extends Omit<Picture, "time" | "curves"> {
  /** One selection, or the pieces of a way through several. Memoise pieces. */
  selection: Selection | Piece[];
  /** What is shown at first; it is followed by nothing but the reader. */
  first: Range;
  label: string;
  zone?: string;
  height?: number;
  onRange?: (range: Range) => void;
  /** Its readings are here, or will not come: what is asked beside them no longer keeps them waiting. Keep its identity. */
  onAnswered?: () => void;
}

function iso(seconds: number): string {
  return new Date(Math.round(seconds) * 1000).toISOString();
}

/** What is derived of a zone, if that is what was chosen. */
function derivedOf({ zone, quantity, lot }: Selection) {
  const derived = DERIVED.find((one) => one === quantity);
  return derived && zone ? { zone, quantity: derived, ...(lot && { lot }) } : undefined;
}

interface When {
  from: string;
  to: string;
  buckets: number;
}

async function asked({ lot, ...selection }: Selection, when: When, signal: AbortSignal): Promise<Answer> {
  const derived = derivedOf({ ...selection, ...(lot && { lot }) });
  const { data } = derived
    ? await api.GET("/api/v1/readings/derived", { params: { query: { ...derived, ...when } }, signal })
    : await api.GET("/api/v1/readings/buckets", { params: { query: { ...selection, ...when } }, signal });
  if (!data) throw new Error("an answer without a body");
  return data;
}

function optionsOf(selection: Selection, range: Range): UseQueryOptions<Answer, ApiProblem> {
  const open = range[1] * 1000 >= Date.now() - AGAIN_MS;
  const when = { from: iso(range[0]), to: iso(range[1]), buckets: BUCKETS };
  const derived = derivedOf(selection) !== undefined;
  const bucketMs = ((range[1] - range[0]) / BUCKETS) * 1000;
  const again = derived ? Math.min(Math.max(AGAIN_MS, bucketMs), SLOWEST_MS) : AGAIN_MS;
  const path = `/api/v1/readings/${derived ? "derived" : "buckets"}`;
  return {
    // As `ask` names its questions: changes on the stream find them by their path.
    queryKey: ["get", path, { params: { query: { ...selection, ...when } } }],
    queryFn: ({ signal }) => asked(selection, when, signal),
    placeholderData: keepPreviousData,
    refetchInterval: open ? again : (false as const),
  };
}

/** The answers to all pieces: they share one grid. */
function useBuckets(pieces: Piece[], range: Range) {
  return useQueries({
    queries: pieces.map(({ selection }) => optionsOf(selection, range)),
    combine: (found) => ({
      answers: found.map((one) => one.data),
      problem: found.find((one) => one.error)?.error ?? null,
      again: () => {
        for (const one of found) void one.refetch();
      },
    }),
  });
}

function together(
  answers: (Answer | undefined)[],
  pieces: Piece[],
  names: Names,
): Pick<Picture, "time" | "curves"> | undefined {
  const known = answers.filter((one) => one !== undefined);
  if (known.length < pieces.length) return undefined;
  const longest = Math.max(0, ...known.map((one) => one.start.length));
  const own = known.map((one, i) => pictureOf(one, names, pieces[i]?.within));
  const time = own.find((one) => one.time.length === longest)?.time ?? [];
  // An answer on another grid belongs to the question before; it is drawn again in a moment.
  const curves = own.filter((one) => one.time[0] === time[0]).flatMap((one) => one.curves);
  return { time, curves };
}

/** What tells goods from others that hang in the same air: their form, and when they came. */
function goodsName({ form, since }: GoodsView, arrived: (at: string) => string): string {
  return [form, since && arrived(since)].filter(Boolean).join(", ");
}

export function Readings({ selection, first, label, zone, height, onRange, onAnswered, ...more }: Props) {
  const { t } = useTranslation(["states", "words"]);
  const format = useFormat();
  const statesOf = useStatesOf();
  const [range, setRange] = useState(first);
  const pieces = useMemo(() => (Array.isArray(selection) ? selection : [{ selection }]), [selection]);
  const { answers, problem, again } = useBuckets(pieces, range);
  const { limits, spans, marks, forecast } = more;
  const picture = useMemo((): Picture | undefined => {
    const drawn = together(answers, pieces, {
      quantity: (name) => t(`words:quantity.${name}`, name),
      states: statesOf,
      goods: (goods) =>
        goodsName(goods, (at) => t("chart.arrived", { at: format.moment(at, zone, "short") })),
    });
    if (!drawn) return undefined;
    return {
      ...drawn,
      ...(limits && { limits }),
      ...(spans && { spans }),
      ...(marks && { marks }),
      ...(forecast && { forecast }),
    };
  }, [answers, pieces, t, statesOf, format, zone, limits, spans, marks, forecast]);

  const answered = picture !== undefined || problem !== null;
  useEffect(() => {
    if (answered) onAnswered?.();
  }, [answered, onAnswered]);

  if (problem && !picture) return <ErrorNotice problem={problem} again={again} />;
  if (!picture) return <Loading rows={1} height={height ?? 280} />;
  if (picture.curves.length === 0) return <Empty title={t("chart.none")}>{t("chart.none_why")}</Empty>;
  const moved = (next: Range) => {
    setRange(next);
    onRange?.(next);
  };
  return (
    <Chart
      picture={picture}
      range={range}
      onRange={moved}
      label={label}
      {...(zone ? { zone } : {})}
      {...(height ? { height } : {})}
    />
  );
}
