/** How anybody can check that a report is what was given out. */
import { useTranslation } from "react-i18next";
import type { ReportView } from "@/api/schema";
import style from "@/views/report/Sheet.module.css";

const COMMAND = "keepwell verify --report report.json";

export function Verification({ report: { verification } }: { report: ReportView }) {
  const { t } = useTranslation("report");
  return (
    <section className={style["together"]}>
      <h2>{t("verification")}</h2>
      <p>{t("verification_why")}</p>
      <dl className={style["facts"]}>
        <dt>SHA-256</dt>
        <dd className={style["hash"]}>{verification.sha256}</dd>
        <dt>{t("head")}</dt>
        <dd className={style["hash"]}>
          {verification.head} · {verification.head_hash}
        </dd>
        <dt>{t("how")}</dt>
        <dd className={style["hash"]}>{COMMAND}</dd>
      </dl>
    </section>
  );
}
