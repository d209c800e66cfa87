/** A report as it stands on paper. */
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { ReportView } from "@/api/schema";
import { useFormat } from "@/parts/format";
import { Whole } from "@/views/lots/Record";
import { Points } from "@/views/report/Points";
import style from "@/views/report/Sheet.module.css";
import { Acts, Calibrations, Decisions, Excursions, Limits } from "@/views/report/Tables";
import { useTimes } from "@/views/report/times";
import { Verification } from "@/views/report/Verification";

interface Props {
  report: ReportView;
  clock?: string;
  /** All curves are there: it can be printed. */
  onDrawn: () => void;
}

/** What stands in the margins of every printed page. Set on the document, from which its pages inherit. */
function useMargins(title: string, period: string, hash: string): void {
  useEffect(() => {
    const root = document.documentElement.style;
    const margins = { "--report-title": title, "--report-period": period, "--report-hash": hash };
    for (const [name, text] of Object.entries(margins)) root.setProperty(name, JSON.stringify(text));
    return () => {
      for (const name of Object.keys(margins)) root.removeProperty(name);
    };
  }, [title, period, hash]);
}

export function Sheet({ report, clock, onDrawn }: Props) {
  const { t } = useTranslation("report");
  const format = useFormat();
  const times = useTimes(clock);
  const { about, exposure, verification } = report;
  const title = t(`title.${about.kind}`, { name: about.name || about.key });
  const period = t("span", { from: times.full(report.from), to: times.full(report.to) });
  useMargins(title, period, t("margin_hash", { hash: verification.sha256 }));
  const worst = report.points.map((one) => one.coverage);
  return (
    <article className={style["sheet"]} aria-label={title}>
      <h1>{title}</h1>
      <p className={style["quiet"]}>{period}</p>
      <dl className={style["facts"]}>
        <dt>{t("key")}</dt>
        <dd>{about.key}</dd>
        <dt>{t("clock_head")}</dt>
        <dd>{clock ?? Intl.DateTimeFormat().resolvedOptions().timeZone}</dd>
        <dt>{t("made")}</dt>
        <dd>{times.full(report.made)}</dd>
        <dt>{t("points")}</dt>
        <dd>{format.number(report.points.length, 0)}</dd>
        <dt>{t("excursions")}</dt>
        <dd>{format.number(report.excursions.length + report.excursions_left_out, 0)}</dd>
        {worst.length > 0 && (
          <>
            <dt>{t("least_coverage")}</dt>
            <dd>{format.share(Math.min(...worst))}</dd>
          </>
        )}
      </dl>
      <Excursions report={report} times={times} />
      <Points report={report} times={times} onDrawn={onDrawn} />
      <Limits report={report} times={times} />
      {exposure?.whole && (
        <section>
          <h2>{t("exposure")}</h2>
          <Whole whole={exposure.whole} />
        </section>
      )}
      <Decisions report={report} times={times} />
      <Acts report={report} times={times} />
      <Calibrations report={report} times={times} />
      <Verification report={report} />
    </article>
  );
}
