/** What has to be judged: whether the ticket was right, and the compensation that is proposed for being late. */
import { Alert, Button, Group, List, Radio, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import type { CompensationView, TicketFull } from "@/api/schema";
import { Badge } from "@/parts/Badge";
import { ConfirmWithReason } from "@/parts/ConfirmWithReason";
import { useFormat } from "@/parts/format";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { useSession } from "@/shell/session";
import { refresh, usePeople } from "@/views/ticket/asking";
import { Section } from "@/views/ticket/Section";

const VERDICTS = ["true", "false", "duplicate"] as const;

/** Whether the ticket was right: asked once the work is done. */
export function Verdict({ ticket }: { ticket: TicketFull }) {
  const { t } = useTranslation("ticket");
  const session = useSession();
  const [verdict, choose] = useState("true");
  const [reason, say] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  if (!ticket.asks_verdict || !session.may("tickets.judge")) return null;

  async function judge() {
    setBusy(true);
    try {
      const body = { verdict: verdict as (typeof VERDICTS)[number], reason: reason.trim() };
      await api.POST("/api/v1/tickets/{number}/verdict", {
        params: { path: { number: ticket.number } },
        body,
      });
      await refresh(ticket);
    } catch (thrown) {
      setProblem(thrown);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Section title={t("verdict.title")}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void judge();
        }}
      >
        <Stack gap="sm">
          <Radio.Group value={verdict} onChange={choose} label={t("verdict.ask")}>
            <Stack gap={6} mt={6}>
              {VERDICTS.map((value) => (
                <Radio key={value} value={value} label={t(`verdict.${value}`)} />
              ))}
            </Stack>
          </Radio.Group>
          <Textarea
            label={t("field.reason")}
            required
            autosize
            minRows={2}
            maxLength={2000}
            value={reason}
            onChange={(event) => say(event.currentTarget.value)}
          />
          {problem !== null && <ErrorNotice problem={problem} />}
          <Button type="submit" size="xs" w="fit-content" loading={busy} disabled={!reason.trim()}>
            {t("verdict.say")}
          </Button>
        </Stack>
      </form>
    </Section>
  );
}

type Decision = "approve" | "reject";

/** What is proposed for being late: how it was reckoned, and the decision. */
export function Compensation({ ticket }: { ticket: TicketFull }) {
  const { t } = useTranslation("ticket");
  const session = useSession();
  const called = usePeople();
  const [deciding, decide] = useState<Decision>();
  const proposal = ticket.clocks?.compensation;
  if (!proposal) return null;
  const open = proposal.decision === null && session.may("compensation.decide");
  return (
    <Section title={t("compensation.title")}>
      <Stack gap="sm">
        <Reckoned proposal={proposal} />
        {proposal.decision && (
          <Alert
            color="teal"
            title={t(`compensation.${proposal.decision}d`, { who: called(proposal.decided_by) })}
          >
            {proposal.reason}
          </Alert>
        )}
        {open && !proposal.final && <Text size="sm">{t("compensation.growing")}</Text>}
        {open && proposal.final && (
          <Group>
            <Button size="xs" onClick={() => decide("approve")}>
              {t("compensation.approve")}
            </Button>
            <Button size="xs" variant="default" onClick={() => decide("reject")}>
              {t("compensation.reject")}
            </Button>
          </Group>
        )}
      </Stack>
      <ConfirmWithReason
        opened={deciding !== undefined}
        title={t("compensation.title")}
        act={t(`compensation.${deciding ?? "approve"}`)}
        danger={deciding === "reject"}
        onConfirm={async (reason) => {
          if (!deciding) return;
          const params = { path: { number: ticket.number } };
          await api.POST("/api/v1/tickets/{number}/compensation", {
            params,
            body: { decision: deciding, reason },
          });
          await refresh(ticket);
        }}
        onClose={() => decide(undefined)}
      >
        <Reckoned proposal={proposal} />
      </ConfirmWithReason>
    </Section>
  );
}

function Reckoned({ proposal }: { proposal: CompensationView }) {
  const { t } = useTranslation("ticket");
  const format = useFormat();
  const { amounts, share, hours_late } = proposal;
  return (
    <Stack gap={6}>
      <Group gap="xs">
        <Badge tone="warning">
          {t("compensation.share", { share: format.share(share), count: hours_late })}
        </Badge>
        {Object.entries(amounts).map(([currency, amount]) => (
          <Text key={currency} fw={600}>
            {format.number(Number(amount), 2)} {currency}
          </Text>
        ))}
      </Group>
      <List size="sm" type="ordered">
        {proposal.steps.map((step) => (
          <List.Item key={step}>{step}</List.Item>
        ))}
      </List>
    </Stack>
  );
}
