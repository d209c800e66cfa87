/** The newest reading is older than it should be: "last reading 14 min ago". Nothing while it is fresh. */
import { History } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Badge } from "@/parts/Badge";
import { useFormat } from "@/parts/format";
import { useNow } from "@/parts/now";

interface Props {
  /** Time of the newest reading; null: there was never one. */
  last: string | null;
  /** How old it may be. */
  afterS: number;
}

export function Stale({ last, afterS }: Props) {
  const { t } = useTranslation("states");
  const format = useFormat();
  const nowMs = useNow(10_000);
  if (last === null)
    return (
      <Badge tone="quiet" icon={History}>
        {t("stale.never")}
      </Badge>
    );
  if (nowMs - Date.parse(last) <= afterS * 1_000) return null;
  return (
    <Badge tone="caution" icon={History} title={format.moment(last)}>
      {t("stale.last", { ago: format.relative(last, nowMs) })}
    </Badge>
  );
}
