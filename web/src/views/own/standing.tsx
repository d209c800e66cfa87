/** How one's own goods stand, as a word with an icon. */
import { Ban, CircleCheck, Lock, Package, TriangleAlert, Truck } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { TicketView } from "@/api/schema";
import { to } from "@/links";
import { Badge, type Tone } from "@/parts/Badge";

const LOTS: Record<string, [Tone, typeof Ban]> = {
  available: ["quiet", Package],
  hold: ["caution", Lock],
  released: ["good", CircleCheck],
  rejected: ["danger", Ban],
};

/** Whether the goods may leave. */
export function LotBadge({ status }: { status: string }) {
  const { t } = useTranslation("own");
  const [tone, icon] = LOTS[status] ?? ["quiet", Package];
  return (
    <Badge tone={tone} icon={icon}>
      {t(`goods.status.${status}`)}
    </Badge>
  );
}

/** How far a shipment has come. */
export function ShipmentBadge({ stage }: { stage: string }) {
  const { t } = useTranslation("own");
  const arrived = stage === "arrived";
  return (
    <Badge tone={arrived ? "good" : "info"} icon={arrived ? CircleCheck : Truck}>
      {t(`shipments.stage.${stage}`)}
    </Badge>
  );
}

/** Whether somebody is working on something about it. */
export function TroubleBadge({ ticket }: { ticket: TicketView | undefined }) {
  const { t } = useTranslation("own");
  if (!ticket)
    return (
      <Badge tone="good" icon={CircleCheck}>
        {t("goods.calm")}
      </Badge>
    );
  return (
    <Link to={to.ownTicket(ticket.number)}>
      <Badge tone="warning" icon={TriangleAlert}>
        {t("goods.trouble", { number: ticket.number })}
      </Badge>
    </Link>
  );
}
