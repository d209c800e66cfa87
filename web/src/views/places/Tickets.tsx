/** The open tickets of a place, what comes first on top. */
import { Anchor, Group, Stack, Text } from "@mantine/core";
import { CircleCheck } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useList } from "@/api/lists";
import { to } from "@/links";
import { PriorityBadge, StateBadge } from "@/parts/badges";
import { Countdown } from "@/parts/Countdown";
import { Section } from "@/parts/Section";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";

const MOST = 20;

interface Props {
  query: { site?: string; zone?: string };
}

export function Tickets({ query }: Props) {
  const { t } = useTranslation("places");
  const list = useList("/api/v1/tickets", { ...query, live: true, sort: "deadline", limit: MOST });
  const all = new URLSearchParams(query).toString();
  return (
    <Section
      title={t("tickets")}
      actions={
        <Anchor component={Link} to={to.desk(all)} size="sm">
          {t("tickets_all")}
        </Anchor>
      }
    >
      {list.loading && <Loading rows={2} />}
      {list.problem && <ErrorNotice problem={list.problem} again={list.again} />}
      {!list.loading && !list.problem && list.items.length === 0 && (
        <Group gap={6}>
          <CircleCheck aria-hidden size={16} />
          <Text c="dimmed">{t("tickets_none")}</Text>
        </Group>
      )}
      <Stack gap="sm">
        {list.items.map((ticket) => (
          <Group key={ticket.id} justify="space-between" gap="xs">
            <Group gap="xs">
              <PriorityBadge priority={ticket.priority} />
              <StateBadge state={ticket.state} />
              <Anchor component={Link} to={to.ticket(ticket.number)} style={{ overflowWrap: "anywhere" }}>
                {ticket.title}
              </Anchor>
            </Group>
            <Countdown to={ticket.deadline} label={t("deadline")} still={!ticket.live} />
          </Group>
        ))}
      </Stack>
    </Section>
  );
}
