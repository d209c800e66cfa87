/** The curves of some series: asks for as many buckets as there are pixels, again for every zoom, and follows what comes in. */
import { keepPreviousData } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import type { BucketsView } from "@/api/schema";
import { Chart } from "@/parts/chart/Chart";
import type { Curve, Picture, Range } from "@/parts/chart/nouns";
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

interface Props extends Omit<Picture, "time" | "curves"> {
  selection: Selection;
  /** What is shown at first; it is followed by nothing but the reader. */
  first: Range;
  label: string;
  zone?: string;
  height?: number;
  onRange?: (range: Range) => void;
}

function curveOf(one: BucketsView["items"][number], quantity: string): Curve {
  const { min, mean, max, series, device, unit } = one;
  return { key: String(series), label: `${device} ${quantity}`, unit: unit ?? "", min, mean, max };
}

/** What the API answered, as a picture. */
export function pictureOf(
  answer: BucketsView,
  quantity: (name: string) => string,
): Pick<Picture, "time" | "curves"> {
  const half = answer.width_s / 2;
  const time = answer.start.map((at) => Date.parse(at) / 1000 + half);
  return { time, curves: answer.items.map((one) => curveOf(one, quantity(one.quantity))) };
}

function iso(seconds: number): string {
  return new Date(Math.round(seconds) * 1000).toISOString();
}

export function Readings({ selection, first, label, zone, height, onRange, ...more }: Props) {
  const { t } = useTranslation(["states", "words"]);
  const [range, setRange] = useState(first);
  const query = { ...selection, from: iso(range[0]), to: iso(range[1]), buckets: BUCKETS };
  const open = range[1] * 1000 >= Date.now() - AGAIN_MS;
  const found = ask.useQuery(
    "get",
    "/api/v1/readings/buckets",
    { params: { query } },
    {
      placeholderData: keepPreviousData,
      refetchInterval: open ? AGAIN_MS : false,
    },
  );
  const { limits, spans, marks, forecast } = more;
  const picture = useMemo((): Picture | undefined => {
    if (!found.data) return undefined;
    const drawn = pictureOf(found.data, (name) => t(`words:quantity.${name}`, name));
    return {
      ...drawn,
      ...(limits && { limits }),
      ...(spans && { spans }),
      ...(marks && { marks }),
      ...(forecast && { forecast }),
    };
  }, [found.data, t, limits, spans, marks, forecast]);

  if (found.error && !picture)
    return <ErrorNotice problem={found.error} again={() => void found.refetch()} />;
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
