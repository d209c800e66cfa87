/** How far a file of a logger is, as a badge. */
import { CircleCheck, CircleX, Eye, LoaderCircle, type LucideIcon, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Badge, type Tone } from "@/parts/Badge";

const LOOKS: Record<string, [Tone, LucideIcon]> = {
  previewed: ["caution", Eye],
  keeping: ["info", LoaderCircle],
  kept: ["good", CircleCheck],
  cancelled: ["quiet", CircleX],
  failed: ["danger", TriangleAlert],
};

export function FileState({ state }: { state: string }) {
  const { t } = useTranslation("setup");
  const [tone, icon] = LOOKS[state] ?? ["quiet", Eye];
  return (
    <Badge tone={tone} icon={icon}>
      {t(`loggers.state.${state}`, state)}
    </Badge>
  );
}
