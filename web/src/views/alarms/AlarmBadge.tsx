/** The state of an alarm (ISA-18.2) in words. */
import {
  BellOff,
  BellRing,
  CircleCheck,
  CirclePause,
  Eye,
  EyeOff,
  type LucideIcon,
  Power,
  Scale,
  Undo2,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import { Badge, type Tone } from "@/parts/Badge";

const STATES: Record<string, [Tone, LucideIcon]> = {
  active_unacked: ["danger", BellRing],
  active_acked: ["warning", Eye],
  returned_unacked: ["caution", Undo2],
  latched_unacked: ["warning", Scale],
  latched_acked: ["caution", Scale],
  shelved: ["info", CirclePause],
  suppressed: ["quiet", BellOff],
  out_of_service: ["quiet", Power],
  normal: ["good", CircleCheck],
};

export function AlarmBadge({ state }: { state: string }) {
  const { t } = useTranslation("words");
  const [tone, icon] = STATES[state] ?? ["quiet", EyeOff];
  return (
    <Badge tone={tone} icon={icon}>
      {t(`alarm.state.${state}`, state)}
    </Badge>
  );
}
