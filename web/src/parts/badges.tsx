/** States, priorities and severities as badges: the words are the ones of the trade (`words.json`). */
import {
  CircleAlert,
  CircleCheck,
  CircleDot,
  CirclePause,
  CirclePlay,
  CircleX,
  Flag,
  Info,
  type LucideIcon,
  Megaphone,
  OctagonAlert,
  RotateCcw,
  Star,
  TriangleAlert,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import { Badge, type Tone } from "@/parts/Badge";

type Look = [Tone, LucideIcon];

const STATES: Record<string, Look> = {
  new: ["warning", CircleDot],
  reported: ["warning", Megaphone],
  assessed: ["info", CirclePlay],
  planned: ["info", CirclePlay],
  in_progress: ["info", CirclePlay],
  pending: ["caution", CirclePause],
  reopened: ["danger", RotateCcw],
  resolved: ["good", CircleCheck],
  confirmed: ["good", CircleCheck],
  surveyed: ["good", Star],
  improvement: ["caution", CirclePlay],
};
const PRIORITIES: Record<string, Look> = {
  P1: ["danger", OctagonAlert],
  P2: ["warning", TriangleAlert],
  P3: ["caution", CircleAlert],
};
const SEVERITIES: Record<string, Look> = {
  critical: ["danger", OctagonAlert],
  warning: ["caution", CircleAlert],
  alarm: ["warning", TriangleAlert],
  advice: ["info", Info],
};

/** The state of a ticket. */
export function StateBadge({ state }: { state: string }) {
  const { t } = useTranslation("words");
  const [tone, icon] = STATES[state] ?? ["quiet", CircleX];
  return (
    <Badge tone={tone} icon={icon}>
      {t(`ticket.state.${state}`, state)}
    </Badge>
  );
}

/** The priority of a ticket, P1 to P5. */
export function PriorityBadge({ priority }: { priority: string }) {
  const { t } = useTranslation("states");
  const [tone, icon] = PRIORITIES[priority] ?? ["quiet", Flag];
  return (
    <Badge tone={tone} icon={icon} title={t("priority", { priority })}>
      {priority}
    </Badge>
  );
}

/** How bad a finding or an alarm is. */
export function SeverityBadge({ severity }: { severity: string }) {
  const { t } = useTranslation("words");
  const [tone, icon] = SEVERITIES[severity] ?? ["info", Info];
  return (
    <Badge tone={tone} icon={icon}>
      {t(`severity.${severity}`, severity)}
    </Badge>
  );
}
