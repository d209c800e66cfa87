/** The tables of a report: excursions, limits, decisions, acts, certificates. An empty one says that there was nothing. */
import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import type { ReportView } from "@/api/schema";
import { useFormat } from "@/parts/format";
import { useKind } from "@/views/places/states";
import style from "@/views/report/Sheet.module.css";
import type { Times } from "@/views/report/times";

interface Props {
  report: ReportView;
  times: Times;
}

interface RowsProps {
  title: string;
  heads: string[];
  rows: { key: string; cells: ReactNode[] }[];
  /** Said where there are no rows. */
  none: string;
  /** What was left out for its length. */
  more?: string | undefined;
}

function Rows({ title, heads, rows, none, more }: RowsProps) {
  const head = useId();
  return (
    <div>
      <h2 id={head}>{title}</h2>
      {rows.length === 0 ? (
        <p>{none}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what is wider than a phone is scrolled by keyboard, too
        <section className={style["scroll"]} tabIndex={0} aria-labelledby={head}>
          <table>
            <thead>
              <tr>
                {heads.map((each) => (
                  <th key={each} scope="col">
                    {each}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ key, cells }) => (
                <tr key={key}>
                  {cells.map((cell, i) => (
                    <td key={heads[i]}>{cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {more && <p className={style["quiet"]}>{more}</p>}
    </div>
  );
}

export function Excursions({ report, times }: Props) {
  const { t } = useTranslation(["report", "words"]);
  const format = useFormat();
  const kind = useKind();
  const more = report.excursions_left_out;
  return (
    <Rows
      title={t("excursions")}
      heads={[t("what"), t("limit"), t("start"), t("end"), t("peak"), t("ticket"), t("verdict")]}
      none={t("no_excursions")}
      more={more > 0 ? t("left_out", { count: more }) : undefined}
      rows={report.excursions.map((one) => ({
        key: one.id,
        cells: [
          <>
            <b>{kind(one.kind)}</b> ({t(`words:severity.${one.severity}`, one.severity)})
            <br />
            {[one.place, one.device].filter(Boolean).join(" · ")}
          </>,
          format.value(one.limit, one.unit),
          times.short(one.from),
          one.to ? times.short(one.to) : t("going_on"),
          format.value(one.peak, one.unit, 2),
          one.ticket ?? "–",
          one.verdict ?? "–",
        ],
      }))}
    />
  );
}

export function Limits({ report, times }: Props) {
  const { t } = useTranslation(["report", "words"]);
  const format = useFormat();
  return (
    <Rows
      title={t("limits")}
      heads={[t("quantity"), t("limit"), t("profile"), t("delay"), t("start"), t("end")]}
      none={t("no_limits")}
      rows={report.limits.map((one) => ({
        key: [one.profile, one.band, one.quantity, one.side, one.limit, one.place, one.from].join(" "),
        cells: [
          t(`words:quantity.${one.quantity}`, one.quantity),
          t(one.side === "low" ? "at_least" : "at_most", { value: format.value(one.limit, one.unit) }),
          `${one.profile}/${one.band}`,
          format.duration(one.on_delay_s * 1000),
          times.short(one.from),
          times.short(one.to),
        ],
      }))}
    />
  );
}

export function Decisions({ report, times }: Props) {
  const { t } = useTranslation(["report", "lots"]);
  return (
    <Rows
      title={t("decisions")}
      heads={[t("time"), t("lot"), t("decision"), t("by"), t("reason")]}
      none={t("no_decisions")}
      rows={report.decisions.map((one) => ({
        key: `${one.lot} ${one.time}`,
        cells: [
          times.short(one.time),
          one.lot,
          one.before
            ? t("changed_to", {
                before: t(`lots:status.${one.before}`),
                after: t(`lots:status.${one.status}`),
              })
            : t(`lots:status.${one.status}`),
          one.by || "–",
          one.reason || "–",
        ],
      }))}
    />
  );
}

export function Acts({ report, times }: Props) {
  const { t } = useTranslation(["report", "lots"]);
  const more = report.acts_left_out;
  return (
    <Rows
      title={t("acts")}
      heads={[t("time"), t("act"), t("subject"), t("by"), t("reason")]}
      none={t("no_acts")}
      more={more > 0 ? t("left_out", { count: more }) : undefined}
      rows={report.acts.map((one) => ({
        key: String(one.sequence),
        cells: [
          <span key="time" className={style["word"]}>
            {times.short(one.time)}
          </span>,
          <span key="act" className={style["word"]}>
            {t(`lots:act.${one.act}`, one.act)}
          </span>,
          one.subject,
          one.by || "–",
          one.reason || "–",
        ],
      }))}
    />
  );
}

export function Calibrations({ report, times }: Props) {
  const { t } = useTranslation(["report", "words"]);
  const format = useFormat();
  return (
    <Rows
      title={t("calibrations")}
      heads={[t("point"), t("standing"), t("certificate"), t("done"), t("due"), t("deviation")]}
      none={t("no_calibrations")}
      rows={report.calibrations.map((one) => ({
        key: [one.device, one.quantity, one.certificate].join(" "),
        cells: [
          `${one.device} · ${t(`words:quantity.${one.quantity}`, one.quantity)}`,
          <span key="standing" className={one.standing === "valid" ? undefined : style["bad"]}>
            {t(`calibration.${one.standing}`, one.standing)}
          </span>,
          one.certificate ?? "–",
          times.day(one.done),
          times.day(one.due),
          one.deviation === null ? "–" : format.number(one.deviation, 3),
        ],
      }))}
    />
  );
}
