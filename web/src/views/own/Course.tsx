/** How far a ticket has come, in the few steps that matter to whoever reported it. */
import { useTranslation } from "react-i18next";
import type { TicketFull } from "@/api/schema";
import style from "@/views/mine/Mine.module.css";

const STEPS = ["reported", "working", "resolved", "closed"] as const;
const AT: Record<string, (typeof STEPS)[number]> = {
  new: "reported",
  reported: "reported",
  reopened: "reported",
  resolved: "resolved",
  confirmed: "closed",
  surveyed: "closed",
  improvement: "closed",
  closed: "closed",
  cancelled: "closed",
  merged: "closed",
  withdrawn: "closed",
};

export function Course({ ticket }: { ticket: TicketFull }) {
  const { t } = useTranslation("own");
  const here = STEPS.indexOf(AT[ticket.state] ?? "working");
  return (
    <ol className={style["course"]} aria-label={t("course.title")}>
      {STEPS.map((step, i) => (
        <li
          key={step}
          {...(i <= here ? { "data-past": true } : {})}
          {...(i === here ? { "aria-current": "step" as const } : {})}
        >
          {t(`course.${step}`)}
        </li>
      ))}
    </ol>
  );
}
