/** What each measuring point showed: its curve, its figures, whether it recorded often enough, and its gaps. */
import { useQueries } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import type { BucketsView, PointView, ReportView } from "@/api/schema";
import { toldState, useStatesOf } from "@/parts/chart/two";
import { useFormat } from "@/parts/format";
import { limitLines } from "@/views/places/facts";
import { Curve } from "@/views/report/Curve";
import style from "@/views/report/Sheet.module.css";
import type { Times } from "@/views/report/times";

const BUCKETS = 360;
/** More gaps than these are told by their number: the longest ones stand on paper. */
const MOST_GAPS = 5;

interface Props {
  report: ReportView;
  times: Times;
  onDrawn: () => void;
}

/** The curves of all points; each answer stays as it is. */
function useCurves({ points, from, to }: ReportView): [(BucketsView | undefined)[], boolean] {
  return useQueries({
    queries: points.map(({ device, quantity }) => ({
      ...ask.queryOptions("get", "/api/v1/readings/buckets", {
        params: { query: { device, quantity, from, to, buckets: BUCKETS } },
      }),
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnWindowFocus: false,
    })),
    combine: (found): [(BucketsView | undefined)[], boolean] => [
      found.map((one) => one.data),
      found.every((one) => !one.isPending),
    ],
  });
}

export function Points({ report, times, onDrawn }: Props) {
  const { t } = useTranslation("report");
  const [curves, settled] = useCurves(report);
  // biome-ignore lint/correctness/useExhaustiveDependencies: told once for each report
  useEffect(() => {
    if (settled) onDrawn();
  }, [settled, report]);
  return (
    <section>
      <h2>{t("points")}</h2>
      {report.points.length === 0 && <p>{t("no_points")}</p>}
      {report.points.map((point, i) => (
        <Point
          key={`${point.device} ${point.quantity}`}
          point={point}
          report={report}
          curve={curves[i]}
          times={times}
        />
      ))}
    </section>
  );
}

interface Figure {
  term: string;
  value: string;
  /** When it was so. */
  at?: string | undefined;
  bad?: boolean;
}

interface PointProps {
  point: PointView;
  report: ReportView;
  curve: BucketsView | undefined;
  times: Times;
}

function Point({ point, report, curve, times }: PointProps) {
  const { t } = useTranslation(["report", "words"]);
  const format = useFormat();
  const { unit } = point;
  const name = t(`words:quantity.${point.quantity}`, point.quantity);
  const limits = useMemo(
    () => limitLines(report.limits, point.quantity, format),
    [report.limits, point.quantity, format],
  );
  const short = (at: string | null) => (at ? times.short(at) : undefined);
  const states = useStatesOf()(point.quantity);
  const value = (one: number | null) => (states ? toldState(states, one, one) : format.value(one, unit));
  const figures: Figure[] = [
    { term: t("figure.min"), value: value(point.min), at: short(point.min_at) },
    // Of two states there is none between.
    ...(states ? [] : [{ term: t("figure.mean"), value: value(point.mean) }]),
    { term: t("figure.max"), value: value(point.max), at: short(point.max_at) },
    { term: t("figure.coverage"), value: format.share(point.coverage) },
    { term: t("figure.samples"), value: format.number(point.samples, 0) },
    {
      term: t("figure.interval"),
      value: t(`interval.${point.interval}`, intervals(point, format.duration.bind(format))),
      bad: point.interval === "not_met",
    },
  ];
  if (point.mean_kinetic_c !== null)
    figures.push({ term: t("figure.kinetic"), value: format.value(point.mean_kinetic_c, "°C") });
  return (
    <div className={style["point"]}>
      <h3>
        {name} · {point.device}
      </h3>
      {curve && (
        <Curve
          answer={curve}
          counted={point.counted}
          limits={limits}
          times={times}
          label={t("curve", { name })}
        />
      )}
      {curve?.items.some((one) => one.doubted.length > 0) && <p className={style["quiet"]}>{t("hollow")}</p>}
      <dl className={style["figures"]}>
        {figures.map(({ term, value, at, bad }) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd className={bad ? style["bad"] : undefined}>{value}</dd>
            {at && <dd className={style["at"]}>{at}</dd>}
          </div>
        ))}
      </dl>
      <Gaps point={point} times={times} />
    </div>
  );
}

function intervals(point: PointView, told: (ms: number) => string): { found: string; required: string } {
  const duration = (seconds: number | null) => (seconds === null ? "–" : told(seconds * 1000));
  return { found: duration(point.interval_s), required: duration(point.required_interval_s) };
}

function Gaps({ point, times }: { point: PointView; times: Times }) {
  const { t } = useTranslation("report");
  const format = useFormat();
  const shown = [...point.gaps].sort((a, b) => b.duration_s - a.duration_s).slice(0, MOST_GAPS);
  const count = point.gaps.length + point.gaps_left_out;
  if (count === 0) return <p className={style["quiet"]}>{t("no_gaps")}</p>;
  return (
    <p>
      {t("gaps", { count })}{" "}
      {shown
        .map((gap) => t("gap", { from: times.short(gap.from), time: format.duration(gap.duration_s * 1000) }))
        .join(" · ")}
    </p>
  );
}
