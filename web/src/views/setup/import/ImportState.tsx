/** The state of an upload as a badge. */
import { CircleCheck, CircleX, Clock, LoaderCircle, type LucideIcon, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Badge, type Tone } from "@/parts/Badge";

const LOOKS: Record<string, [Tone, LucideIcon]> = {
  waiting: ["info", Clock],
  reading: ["info", LoaderCircle],
  ready: ["caution", Clock],
  faulty: ["danger", TriangleAlert],
  applying: ["info", LoaderCircle],
  applied: ["good", CircleCheck],
  cancelled: ["quiet", CircleX],
  interrupted: ["warning", TriangleAlert],
};
const GOING = new Set(["waiting", "reading", "applying"]);

/** Whether an upload is being worked at. */
export function going(state: string | undefined): boolean {
  return state !== undefined && GOING.has(state);
}

export function ImportState({ state }: { state: string }) {
  const { t } = useTranslation("setup");
  const [tone, icon] = LOOKS[state] ?? ["quiet", Clock];
  return (
    <Badge tone={tone} icon={icon}>
      {t(`import.state.${state}`, state)}
    </Badge>
  );
}
