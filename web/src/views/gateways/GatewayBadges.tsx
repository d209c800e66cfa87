/** How a gateway stands between what is expected and what was seen. */
import {
  CircleCheck,
  CircleHelp,
  CirclePause,
  KeyRound,
  type LucideIcon,
  Plug,
  ShieldX,
  Unplug,
  VolumeX,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import { Badge, type Tone } from "@/parts/Badge";

const STATES: Record<string, [Tone, LucideIcon]> = {
  never_seen: ["warning", CircleHelp],
  unknown: ["caution", CircleHelp],
  refused: ["danger", ShieldX],
  silent: ["danger", VolumeX],
  seen: ["good", CircleCheck],
  idle: ["quiet", CirclePause],
};
const CREDENTIALS: Record<string, Tone> = { in_force: "good", revoked: "danger", none: "quiet" };

export function SightedBadge({ state }: { state: string }) {
  const { t } = useTranslation("gateways");
  const [tone, icon] = STATES[state] ?? ["quiet", CircleHelp];
  return (
    <Badge tone={tone} icon={icon}>
      {t(`state.${state}`, state)}
    </Badge>
  );
}

/** What it, or its last will, said last; nothing if it never did. */
export function OnlineBadge({ online }: { online: boolean | null }) {
  const { t } = useTranslation("gateways");
  if (online === null) return null;
  return (
    <Badge tone={online ? "good" : "danger"} icon={online ? Plug : Unplug} title={t("online_why")}>
      {online ? t("online") : t("offline")}
    </Badge>
  );
}

export function CredentialBadge({ credential }: { credential: string }) {
  const { t } = useTranslation("gateways");
  return (
    <Badge tone={CREDENTIALS[credential] ?? "quiet"} icon={KeyRound}>
      {t(`credential.${credential}`, credential)}
    </Badge>
  );
}
