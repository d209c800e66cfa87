/** What was said on the ticket, and saying something: inside the desk, or so that the customer reads it. */
import { Button, Group, SegmentedControl, Stack, Text, Textarea } from "@mantine/core";
import { Send } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, onceKey } from "@/api/client";
import type { CommentView, TicketFull } from "@/api/schema";
import { Badge } from "@/parts/Badge";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { TimeText } from "@/parts/TimeText";
import { useSession } from "@/shell/session";
import { refresh, usePeople } from "@/views/ticket/asking";
import { Section } from "@/views/ticket/Section";
import style from "@/views/ticket/Ticket.module.css";

const STAFF = new Set(["admin", "supervisor", "engineer", "quality"]);

export function Conversation({ ticket }: { ticket: TicketFull }) {
  const { t } = useTranslation("ticket");
  const session = useSession();
  return (
    <Section title={t("talk.title")}>
      <Stack gap="sm">
        {ticket.comments.length === 0 && <Text c="dimmed">{t("talk.none")}</Text>}
        {ticket.comments.map((one) => (
          <Said key={one.id} comment={one} zone={ticket.time_zone} />
        ))}
        {session.may("tickets.comment") && <Say ticket={ticket} />}
      </Stack>
    </Section>
  );
}

function Said({ comment, zone }: { comment: CommentView; zone: string }) {
  const { t } = useTranslation("ticket");
  const called = usePeople();
  return (
    <div className={style["said"]} data-public={comment.public || undefined}>
      <Group gap="xs" mb={2}>
        <Text size="sm" fw={600}>
          {comment.customer ?? called(comment.principal)}
        </Text>
        {comment.public && <Badge tone="info">{t("talk.public")}</Badge>}
        <Text size="xs" c="dimmed">
          <TimeText at={comment.time} zone={zone} show="both" />
        </Text>
      </Group>
      <Text className={style["words"] ?? ""}>{comment.text}</Text>
    </div>
  );
}

function Say({ ticket }: { ticket: TicketFull }) {
  const { t } = useTranslation("ticket");
  const session = useSession();
  const chooses = STAFF.has(session.role);
  const [text, type] = useState("");
  const [to, address] = useState("inside");
  const [busy, setBusy] = useState(false);
  const [once, setOnce] = useState(onceKey);
  const [problem, setProblem] = useState<unknown>(null);

  async function send() {
    setBusy(true);
    setProblem(null);
    try {
      await api.POST("/api/v1/tickets/{number}/comments", {
        params: { path: { number: ticket.number }, header: once },
        body: { text: text.trim(), public: chooses && to === "customer" },
      });
      type("");
      setOnce(onceKey());
      await refresh(ticket);
    } catch (thrown) {
      setProblem(thrown);
    } finally {
      setBusy(false);
    }
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Stack gap="xs">
        <Textarea
          label={t("talk.say")}
          value={text}
          onChange={(event) => type(event.currentTarget.value)}
          autosize
          minRows={2}
          maxRows={10}
          maxLength={4000}
        />
        {problem !== null && <ErrorNotice problem={problem} />}
        <Group justify="space-between">
          {chooses ? (
            <SegmentedControl
              size="xs"
              value={to}
              onChange={address}
              aria-label={t("talk.to")}
              data={[
                { value: "inside", label: t("talk.inside") },
                { value: "customer", label: t("talk.customer") },
              ]}
            />
          ) : (
            <span />
          )}
          <Button
            type="submit"
            size="xs"
            loading={busy}
            disabled={!text.trim()}
            leftSection={<Send aria-hidden size={14} />}
          >
            {t("talk.send")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
