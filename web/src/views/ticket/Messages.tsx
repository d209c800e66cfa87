/** Who was told about the ticket, on which way, and what became of it. */
import { Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import type { MessageView, TicketFull, ToldView } from "@/api/schema";
import { Badge, type Tone } from "@/parts/Badge";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { TimeText } from "@/parts/TimeText";
import { useSession } from "@/shell/session";
import { usePeople } from "@/views/ticket/asking";
import { Section } from "@/views/ticket/Section";

const MOST = 50;
const AGAIN_MS = 15_000;
const TONES: Record<string, Tone> = {
  failed: "danger",
  failed_retrying: "warning",
  waiting: "caution",
  delivered: "good",
};

export function Messages({ ticket }: { ticket: TicketFull }) {
  const { t } = useTranslation("ticket");
  const session = useSession();
  const { data, error, refetch } = ask.useQuery(
    "get",
    "/api/v1/outbox",
    { params: { query: { subject: `ticket:${ticket.id}`, limit: MOST } } },
    { enabled: session.may("outbox.read"), refetchInterval: ticket.live ? AGAIN_MS : false },
  );
  if (error) return <ErrorNotice problem={error} again={() => void refetch()} />;
  if (!data || data.items.length === 0) return null;
  return (
    <Section title={t("messages.title")}>
      <Stack gap="sm">
        {data.items.map((one) => (
          <Told key={one.id} told={one} zone={ticket.time_zone} />
        ))}
      </Stack>
    </Section>
  );
}

function Told({ told, zone }: { told: ToldView; zone: string }) {
  const { t } = useTranslation("ticket");
  const called = usePeople();
  const latest = newest(told.messages);
  return (
    <Stack gap={2}>
      <Text size="sm">
        <b>{called(told.person)}</b> · {told.title}
      </Text>
      <Group gap={6}>
        {latest.map((one) => (
          <Badge key={one.id} tone={TONES[one.state] ?? "quiet"}>
            {t(`messages.channel.${one.channel}`, one.channel)}: {t(`messages.state.${one.state}`, one.state)}
          </Badge>
        ))}
        {told.held_because && <Text size="sm">{told.held_because}</Text>}
      </Group>
      <Text size="xs" c="dimmed">
        <TimeText at={told.told ?? told.made} zone={zone} show="both" />
        {told.rounds > 1 && ` · ${t("messages.rounds", { count: told.rounds })}`}
      </Text>
    </Stack>
  );
}

/** The last message of each way. */
function newest(messages: MessageView[]): MessageView[] {
  const found = new Map<string, MessageView>();
  for (const one of messages) {
    const before = found.get(one.channel);
    if (!before || before.made <= one.made) found.set(one.channel, one);
  }
  return [...found.values()];
}
