/** How a place stands, a lot may leave, and a shipment has come, as badges; and the names of what was found. */
import {
  Ban,
  CheckCheck,
  CircleCheck,
  CircleDashed,
  Hand,
  type LucideIcon,
  MapPin,
  OctagonAlert,
  PackageOpen,
  Telescope,
  TriangleAlert,
  Truck,
  WifiOff,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import { Badge, type Tone } from "@/parts/Badge";

type Look = [Tone, LucideIcon];

export const STANDS = ["excursion", "foretold", "trouble", "silent", "calm", "no_data"] as const;

const STAND: Record<string, Look> = {
  excursion: ["danger", OctagonAlert],
  foretold: ["warning", Telescope],
  trouble: ["caution", TriangleAlert],
  silent: ["caution", WifiOff],
  calm: ["good", CircleCheck],
  no_data: ["quiet", CircleDashed],
};
const LOT: Record<string, Look> = {
  available: ["good", CircleCheck],
  hold: ["warning", Hand],
  released: ["good", CheckCheck],
  rejected: ["danger", Ban],
};
const STAGE: Record<string, Look> = {
  planned: ["quiet", CircleDashed],
  loading: ["info", PackageOpen],
  transport: ["info", Truck],
  arrived: ["good", MapPin],
};
const RECORD: Record<string, Look> = {
  within: ["good", CircleCheck],
  beyond: ["danger", OctagonAlert],
  unknown: ["quiet", CircleDashed],
};

const UNKNOWN: Look = ["quiet", CircleDashed];

/** Excursion, foretold, …: how a place stands now. */
export function StandBadge({ stand }: { stand: string }) {
  const { t } = useTranslation("places");
  const [tone, icon] = STAND[stand] ?? UNKNOWN;
  return (
    <Badge tone={tone} icon={icon}>
      {t(`stand.${stand}`, stand)}
    </Badge>
  );
}

/** Whether goods may leave. */
export function LotBadge({ status }: { status: string }) {
  const { t } = useTranslation("lots");
  const [tone, icon] = LOT[status] ?? UNKNOWN;
  return (
    <Badge tone={tone} icon={icon}>
      {t(`status.${status}`, status)}
    </Badge>
  );
}

/** How far a shipment has come. */
export function StageBadge({ stage }: { stage: string }) {
  const { t } = useTranslation("shipments");
  const [tone, icon] = STAGE[stage] ?? UNKNOWN;
  return (
    <Badge tone={tone} icon={icon}>
      {t(`stage.${stage}`, stage)}
    </Badge>
  );
}

/** What can be said of goods against their limits. */
export function RecordBadge({ standing }: { standing: string }) {
  const { t } = useTranslation("lots");
  const [tone, icon] = RECORD[standing] ?? UNKNOWN;
  return (
    <Badge tone={tone} icon={icon}>
      {t(`record.${standing}`, standing)}
    </Badge>
  );
}

/** What kind of trouble something is, in words. */
export function useKind(): (kind: string) => string {
  const { t } = useTranslation("findings");
  return (kind) => t(`kind.${kind}`, kind);
}
