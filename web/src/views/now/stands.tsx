/** How a place stands: its word, its colour and its icon, the same on the map, in the list and in the filters. */
import {
  CircleCheck,
  CircleDashed,
  type LucideIcon,
  OctagonAlert,
  Telescope,
  TriangleAlert,
  WifiOff,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import type { PlaceView } from "@/api/schema";
import { Badge, type Tone } from "@/parts/Badge";

export const STANDS = ["excursion", "foretold", "trouble", "silent", "calm", "no_data"] as const;

const LOOKS: Record<string, [Tone, LucideIcon]> = {
  excursion: ["danger", OctagonAlert],
  foretold: ["warning", Telescope],
  trouble: ["caution", TriangleAlert],
  silent: ["caution", WifiOff],
  calm: ["good", CircleCheck],
  no_data: ["quiet", CircleDashed],
};

/** The colour and the icon of a state. */
export function lookOf(state: string): [Tone, LucideIcon] {
  return LOOKS[state] ?? ["quiet", CircleDashed];
}

/** Whether somebody has to look there. */
export function atRisk(state: string): boolean {
  return state === "excursion" || state === "foretold";
}

/** What names a place on this view: a site by its key, a vehicle by that of its zone. */
export function keyOf(place: PlaceView): string {
  return place.site ?? `zone:${place.zone}`;
}

export function StandBadge({ state }: { state: string }) {
  const { t } = useTranslation("now");
  const [tone, icon] = lookOf(state);
  return (
    <Badge tone={tone} icon={icon}>
      {t(`stand.${state}`, state)}
    </Badge>
  );
}
