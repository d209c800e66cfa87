/** Whether what is shown is live: a word, an icon and a colour in the head of the page. */
import { Loader, Wifi, WifiOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useConnection } from "@/live/Live";
import { Badge, type Tone } from "@/parts/Badge";

const LOOKS = {
  live: ["good", Wifi],
  connecting: ["caution", Loader],
  offline: ["danger", WifiOff],
} as const;

export function ConnectionState() {
  const { t } = useTranslation("shell");
  const connection = useConnection();
  const [tone, icon]: readonly [Tone, typeof Wifi] = LOOKS[connection];
  return (
    <span role="status" style={{ display: "inline-flex" }} data-connection={connection}>
      <Badge tone={tone} icon={icon}>
        {t(`connection.${connection}`)}
      </Badge>
    </span>
  );
}
