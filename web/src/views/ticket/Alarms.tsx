/** The alarms behind the ticket, and acknowledging them. */
import { Anchor, Button, Group, Stack, Text } from "@mantine/core";
import type { TFunction } from "i18next";
import { BellRing } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, ask, ifMatch } from "@/api/client";
import { queries } from "@/api/queries";
import type { AlarmView, TicketFull } from "@/api/schema";
import { to } from "@/links";
import { Badge } from "@/parts/Badge";
import { SeverityBadge } from "@/parts/badges";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { TimeText } from "@/parts/TimeText";
import { useSession } from "@/shell/session";
import { Section } from "@/views/ticket/Section";
import { quantityOf } from "@/views/ticket/subject";

export function Alarms({ ticket }: { ticket: TicketFull }) {
  const { t } = useTranslation(["ticket", "words"]);
  const session = useSession();
  const where = ticket.zone ? { zone: ticket.zone } : { cause: ticket.cause ?? "" };
  const asks = session.may("alarms.read") && (ticket.zone !== null || ticket.cause !== null);
  const { data, error, refetch } = ask.useQuery(
    "get",
    "/api/v1/alarms",
    { params: { query: { ...where, limit: 500 } } },
    { enabled: asks },
  );
  const own = data?.items.filter((one) => one.ticket === ticket.id) ?? [];
  if (error) return <ErrorNotice problem={error} again={() => void refetch()} />;
  if (own.length === 0) return null;
  return (
    <Section title={t("alarms.title")}>
      <Stack gap="sm">
        {own.map((one) => (
          <Alarm key={one.id} alarm={one} zone={ticket.time_zone} />
        ))}
      </Stack>
    </Section>
  );
}

/** What it is about in words, and where. */
function nameOf({ cause, subject, zone }: AlarmView, t: TFunction<["ticket", "words"]>): string {
  const quantity = quantityOf(subject, cause) ?? "";
  return `${t(`words:quantity.${quantity}`, quantity)} · ${zone ?? subject.replace(/^\w+:/, "")}`;
}

function Alarm({ alarm, zone }: { alarm: AlarmView; zone: string }) {
  const { t } = useTranslation(["ticket", "words"]);
  const session = useSession();
  const [problem, setProblem] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const asks = alarm.condition.endsWith("_unacked") && session.may("alarms.acknowledge");

  async function acknowledge() {
    setBusy(true);
    try {
      const params = { path: { id: alarm.id }, header: ifMatch(alarm.version) };
      await api.POST("/api/v1/alarms/{id}/acknowledge", { params, body: { comment: "" } });
      setProblem(null);
    } catch (thrown) {
      setProblem(thrown);
    } finally {
      await queries.invalidateQueries({ predicate: ({ queryKey: [, path] }) => path === "/api/v1/alarms" });
      setBusy(false);
    }
  }

  return (
    <Stack gap={4}>
      <Group gap="xs">
        <SeverityBadge severity={alarm.severity} />
        <Badge tone={alarm.active ? "warning" : "quiet"} icon={BellRing}>
          {t(`words:alarm.state.${alarm.state}`, alarm.state)}
        </Badge>
      </Group>
      <Anchor component={Link} to={to.alarm(alarm.id)} size="sm">
        {nameOf(alarm, t)}
      </Anchor>
      <Text size="xs" c="dimmed">
        <TimeText at={alarm.active_since} zone={zone} show="both" />
      </Text>
      {problem !== null && <ErrorNotice problem={problem} />}
      {asks && (
        <Button size="xs" variant="default" loading={busy} onClick={() => void acknowledge()} w="fit-content">
          {t("alarms.acknowledge")}
        </Button>
      )}
    </Stack>
  );
}
