/** Why this person has it: the reasons of dispatch, everybody else with why not, and giving it to somebody else. */
import { Button, Collapse, Group, List, Progress, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { ChevronDown } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ask, ifMatch } from "@/api/client";
import type { CandidateView, TicketFull } from "@/api/schema";
import { ConfirmWithReason } from "@/parts/ConfirmWithReason";
import { useFormat } from "@/parts/format";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";
import { useSession } from "@/shell/session";
import { refresh, usePeople } from "@/views/ticket/asking";
import { Section } from "@/views/ticket/Section";

export function Person({ ticket }: { ticket: TicketFull }) {
  const { t } = useTranslation("ticket");
  const session = useSession();
  const called = usePeople();
  const allowed = session.may("staff.read") && ticket.live;
  const found = ask.useQuery(
    "get",
    "/api/v1/tickets/{number}/candidates",
    { params: { path: { number: ticket.number } } },
    { enabled: allowed },
  );
  const [to, give] = useState<CandidateView>();
  if (!allowed) return null;
  const { data } = found;
  return (
    <Section title={t("person.title")}>
      <Stack gap="sm">
        <Text fw={600}>
          {ticket.assignee ? called(ticket.assignee) : t("person.nobody")}
          {ticket.team && ` · ${ticket.team}`}
        </Text>
        {found.isPending && <Loading rows={3} />}
        {found.error && <ErrorNotice problem={found.error} again={() => void found.refetch()} />}
        {data && (
          <>
            <List size="sm" spacing={4}>
              {data.reasons.map((reason) => (
                <List.Item key={reason}>{reason}</List.Item>
              ))}
            </List>
            <Text size="xs" c="dimmed" fw={600}>
              {t("person.candidates")}
            </Text>
            {data.candidates.map((one) => (
              <Candidate
                key={one.person}
                one={one}
                has={ticket.assignee === `person:${one.person}`}
                {...(session.may("tickets.assign") ? { onGive: () => give(one) } : {})}
              />
            ))}
          </>
        )}
      </Stack>
      <ConfirmWithReason
        opened={to !== undefined}
        title={t("person.give_title", { name: to?.name || to?.person })}
        act={t("person.give")}
        onConfirm={async (reason) => {
          if (!to) return;
          const params = { path: { number: ticket.number }, header: ifMatch(ticket.version) };
          try {
            await api.POST("/api/v1/tickets/{number}/assign", { params, body: { to: to.person, reason } });
          } finally {
            await refresh(ticket);
          }
        }}
        onClose={() => give(undefined)}
      >
        {to?.said ?? t("person.give_what")}
      </ConfirmWithReason>
    </Section>
  );
}

function Candidate({ one, has, onGive }: { one: CandidateView; has: boolean; onGive?: () => void }) {
  const { t } = useTranslation("ticket");
  const format = useFormat();
  const [opened, { toggle }] = useDisclosure(false);
  const name = one.name || one.person;
  return (
    <Stack gap={4}>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Button
          variant="subtle"
          size="compact-sm"
          px={4}
          rightSection={<ChevronDown aria-hidden size={14} />}
          onClick={toggle}
          aria-expanded={opened}
        >
          {name} · {t("person.points", { points: format.number(one.score, 0) })}
        </Button>
        {onGive && !has && (
          <Button
            size="compact-sm"
            variant="default"
            onClick={onGive}
            aria-label={t("person.give_to", { name })}
          >
            {t("person.give")}
          </Button>
        )}
      </Group>
      <Progress value={one.score} size="xs" aria-label={t("person.points", { points: one.score })} />
      {one.said && (
        <Text size="sm" c="dimmed">
          {one.said}
        </Text>
      )}
      <Collapse in={opened}>
        <List size="sm">
          {one.terms.map((term) => (
            <List.Item key={term.name}>{term.said}</List.Item>
          ))}
        </List>
      </Collapse>
    </Stack>
  );
}
