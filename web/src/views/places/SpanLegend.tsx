/** What the colours and marks in a picture of readings mean: only those that are there, and how gaps are read. */
import { useTranslation } from "react-i18next";
import type { Span } from "@/parts/chart/nouns";
import style from "./SpanLegend.module.css";

export function SpanLegend({ spans, forecast }: { spans: Span[]; forecast: boolean }) {
  const { t } = useTranslation("places");
  const named = new Map(spans.map((span) => [`${span.tone} ${span.label}`, span]));
  return (
    <ul className={style["legend"]} aria-label={t("legend.title")}>
      {[...named].map(([key, span]) => (
        <li key={key}>
          <span aria-hidden className={style["swatch"]} data-tone={span.tone} />
          {span.label}
        </li>
      ))}
      {forecast && (
        <li>
          <span aria-hidden className={style["swatch"]} data-tone="forecast" />
          {t("legend.forecast")}
        </li>
      )}
      <li>{t("legend.gap")}</li>
    </ul>
  );
}
