/** One's own ticket in a list, and what the customer is asked for. */
import { Anchor } from "@mantine/core";
import { Hand } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { TicketView } from "@/api/schema";
import { to } from "@/links";
import { Badge } from "@/parts/Badge";
import { StateBadge } from "@/parts/badges";
import { TimeText } from "@/parts/TimeText";
import { Line } from "@/views/own/Line";

export function TicketLine({ ticket }: { ticket: TicketView }) {
  const { t } = useTranslation("own");
  return (
    <Line
      head={
        <Anchor component={Link} to={to.ownTicket(ticket.number)} fw={600}>
          {ticket.title}
        </Anchor>
      }
      badges={
        <>
          <StateBadge state={ticket.state} />
          {ticket.owner === "customer" && (
            <Badge tone="warning" icon={Hand}>
              {t("tickets.yours")}
            </Badge>
          )}
        </>
      }
    >
      {ticket.number} · <TimeText at={ticket.opened_at} />
    </Line>
  );
}
