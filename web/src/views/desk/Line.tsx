/** A ticket as a line of the list, as a card on a phone, and as a card of the board. */
import { Anchor, Button, Checkbox, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { TicketView } from "@/api/schema";
import { to } from "@/links";
import { PriorityBadge, StateBadge } from "@/parts/badges";
import { Countdown } from "@/parts/Countdown";
import { TimeText } from "@/parts/TimeText";
import { useSession } from "@/shell/session";
import { quick } from "@/views/desk/acts";
import type { Picked } from "@/views/desk/picked";
import type { Act } from "@/views/ticket/asking";
import { usePeople } from "@/views/ticket/asking";

export type OnAct = (act: Act, tickets: TicketView[]) => void | Promise<void>;

export function Named({ ticket }: { ticket: TicketView }) {
  return (
    <Stack gap={0} miw={0}>
      <Anchor component={Link} to={to.ticket(ticket.number)} fw={600} style={{ overflowWrap: "anywhere" }}>
        {ticket.title}
      </Anchor>
      <Text size="xs" c="dimmed">
        {ticket.number}
      </Text>
    </Stack>
  );
}

/** The moment that comes first: until when acting still helps, or what was promised. */
export function Due({ ticket }: { ticket: TicketView }) {
  const { t } = useTranslation("desk");
  const act = ticket.act_by !== null && ticket.act_by !== undefined && ticket.act_by <= ticket.deadline;
  return (
    <Countdown
      to={act && ticket.act_by ? ticket.act_by : ticket.deadline}
      label={act ? t("act_by") : t("deadline")}
      why={act ? t("act_by_why") : t("deadline_why")}
      still={!ticket.live}
    />
  );
}

export function Assignee({ ticket }: { ticket: TicketView }) {
  const { t } = useTranslation("desk");
  const called = usePeople();
  return ticket.assignee ? called(ticket.assignee) : <Text c="dimmed">{t("unassigned")}</Text>;
}

/** Taking it up or not taking it, without opening it. */
export function Quick({ ticket, onAct, wide = false }: { ticket: TicketView; onAct: OnAct; wide?: boolean }) {
  const { t } = useTranslation("ticket");
  const acts = quick(ticket, useSession());
  if (acts.length === 0) return null;
  return (
    <Group gap={6} grow={wide} wrap="nowrap">
      {acts.map((act) => (
        <Button
          key={act}
          size={wide ? "sm" : "compact-sm"}
          variant={act === "accept" ? "light" : "default"}
          onClick={() => void onAct(act, [ticket])}
          aria-label={`${t(`do.${act}`)} ${ticket.number}`}
        >
          {t(`do.${act}`)}
        </Button>
      ))}
    </Group>
  );
}

export function Pick({ ticket, picked }: { ticket: TicketView; picked: Picked }) {
  const { t } = useTranslation("desk");
  return (
    <Checkbox
      checked={picked.has(ticket.number)}
      onChange={() => picked.toggle(ticket.number)}
      aria-label={t("bulk.pick", { number: ticket.number })}
    />
  );
}

export function Card({
  ticket,
  onAct,
  picked,
}: {
  ticket: TicketView;
  onAct: OnAct;
  picked?: Picked | undefined;
}) {
  return (
    <Stack gap="xs">
      <Group justify="space-between" gap={6}>
        <Group gap={6}>
          {picked && <Pick ticket={ticket} picked={picked} />}
          <PriorityBadge priority={ticket.priority} />
          <StateBadge state={ticket.state} />
        </Group>
        <Due ticket={ticket} />
      </Group>
      <Named ticket={ticket} />
      <Group justify="space-between" gap="xs">
        <Text size="sm">
          {ticket.zone ?? ticket.site ?? "–"} · <Assignee ticket={ticket} />
        </Text>
        <Text size="sm" c="dimmed">
          <TimeText at={ticket.opened_at} />
        </Text>
      </Group>
      <Quick ticket={ticket} onAct={onAct} wide />
    </Stack>
  );
}
