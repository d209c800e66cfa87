/** The curves of some series: asks for as many buckets as there are pixels, again for every zoom, and follows what comes in. */
import { keepPreviousData, useQueries } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import type { BucketsView } from "@/api/schema";
import { pictureOf, type Within } from "@/parts/chart/answered";
import { Chart } from "@/parts/chart/Chart";
import type { Picture, Range } from "@/parts/chart/nouns";
import { Empty } from "@/parts/states/Empty";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";

const BUCKETS = 800;
const AGAIN_MS = 5_000;

/** Which series: by number, or by where and what they measure. */
export interface Selection {
  series?: number[];
  device?: string;
  zone?: string;
  site?: string;
  quantity?: string;
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
}

function iso(seconds: number): string {
  return new Date(Math.round(seconds) * 1000).toISOString();
}

/** The answers to all pieces: they share one grid. */
function useBuckets(pieces: Piece[], range: Range) {
  const open = range[1] * 1000 >= Date.now() - AGAIN_MS;
  return useQueries({
    queries: pieces.map(({ selection }) => ({
      ...ask.queryOptions("get", "/api/v1/readings/buckets", {
        params: { query: { ...selection, from: iso(range[0]), to: iso(range[1]), buckets: BUCKETS } },
      }),
      placeholderData: keepPreviousData,
      refetchInterval: open ? AGAIN_MS : (false as const),
    })),
    combine: (found) => ({
      answers: found.map((one) => one.data as BucketsView | undefined),
      problem: found.find((one) => one.error)?.error ?? null,
      again: () => {
        for (const one of found) void one.refetch();
      },
    }),
  });
}

function together(
  answers: (BucketsView | undefined)[],
  pieces: Piece[],
  name: (quantity: string) => string,
): Pick<Picture, "time" | "curves"> | undefined {
  const known = answers.filter((one) => one !== undefined);
  if (known.length < pieces.length) return undefined;
  const longest = Math.max(0, ...known.map((one) => one.start.length));
  const own = known.map((one, i) => pictureOf(one, name, pieces[i]?.within));
  const time = own.find((one) => one.time.length === longest)?.time ?? [];
  // An answer on another grid belongs to the question before; it is drawn again in a moment.
  const curves = own.filter((one) => one.time[0] === time[0]).flatMap((one) => one.curves);
  return { time, curves };
}

export function Readings({ selection, first, label, zone, height, onRange, ...more }: Props) {
  const { t } = useTranslation(["states", "words"]);
  const [range, setRange] = useState(first);
  const pieces = useMemo(() => (Array.isArray(selection) ? selection : [{ selection }]), [selection]);
  const { answers, problem, again } = useBuckets(pieces, range);
  const { limits, spans, marks, forecast } = more;
  const picture = useMemo((): Picture | undefined => {
    const drawn = together(answers, pieces, (name) => t(`words:quantity.${name}`, name));
    if (!drawn) return undefined;
    return {
      ...drawn,
      ...(limits && { limits }),
      ...(spans && { spans }),
      ...(marks && { marks }),
      ...(forecast && { forecast }),
    };
  }, [answers, pieces, t, limits, spans, marks, forecast]);

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
