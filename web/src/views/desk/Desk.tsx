/** The desk: the open work, what has to be done first on top. The example of a view that lists something. */
import { Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { ListChecks } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useList } from "@/api/lists";
import type { TicketView } from "@/api/schema";
import { to } from "@/links";
import { PriorityBadge, StateBadge } from "@/parts/badges";
import { Countdown } from "@/parts/Countdown";
import { type Column, DataTable } from "@/parts/DataTable";
import { useFilters } from "@/parts/filters";
import { PageHead } from "@/parts/PageHead";
import { Empty } from "@/parts/states/Empty";
import { TimeText } from "@/parts/TimeText";
import { asked, FILTERS } from "@/views/desk/asked";
import { Counts } from "@/views/desk/Counts";
import { DeskFilters } from "@/views/desk/DeskFilters";

export default function Desk() {
  const { t } = useTranslation(["desk", "words"]);
  const [filters, change, filtered] = useFilters(FILTERS);
  const list = useList("/api/v1/tickets", asked(filters));
  const columns: Column<TicketView>[] = [
    { key: "priority", head: t("column.priority"), cell: (one) => <PriorityBadge priority={one.priority} /> },
    { key: "title", head: t("column.title"), cell: (one) => <Named ticket={one} /> },
    { key: "state", head: t("column.state"), cell: (one) => <StateBadge state={one.state} /> },
    { key: "deadline", head: t("column.deadline"), cell: (one) => <Due ticket={one} /> },
    { key: "place", head: t("column.place"), cell: (one) => one.zone ?? one.site ?? "–" },
    { key: "assignee", head: t("column.assignee"), cell: (one) => <Assignee ticket={one} /> },
    { key: "since", head: t("column.opened"), cell: (one) => <TimeText at={one.opened_at} /> },
  ];
  const nothing = filtered ? (
    <Empty
      title={t("none_found")}
      action={<Button onClick={() => change(NO_FILTERS)}>{t("show_all")}</Button>}
    >
      {t("none_found_why")}
    </Empty>
  ) : (
    <Empty title={t("none")} icon={ListChecks}>
      {t("none_why")}
    </Empty>
  );
  return (
    <>
      <PageHead title={t("title")}>
        <Counts />
      </PageHead>
      <Stack>
        <DeskFilters filters={filters} change={change} />
        <DataTable
          list={list}
          columns={columns}
          rowKey={(one) => one.id}
          label={t("title")}
          empty={nothing}
          card={(one) => <Card ticket={one} />}
        />
      </Stack>
    </>
  );
}

const NO_FILTERS = Object.fromEntries(Object.keys(FILTERS).map((name) => [name, undefined]));

function Named({ ticket }: { ticket: TicketView }) {
  return (
    <Stack gap={0}>
      <Anchor component={Link} to={to.ticket(ticket.number)} fw={600}>
        {ticket.title}
      </Anchor>
      <Text size="xs" c="dimmed">
        {ticket.number}
      </Text>
    </Stack>
  );
}

/** The moment that comes first: until when acting still helps, or what was promised. */
function Due({ ticket }: { ticket: TicketView }) {
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

function Assignee({ ticket }: { ticket: TicketView }) {
  const { t } = useTranslation("desk");
  return ticket.assignee ? (
    ticket.assignee.replace(/^person:/, "")
  ) : (
    <Text c="dimmed">{t("unassigned")}</Text>
  );
}

function Card({ ticket }: { ticket: TicketView }) {
  return (
    <Stack gap="xs">
      <Group justify="space-between" wrap="nowrap">
        <Group gap={6}>
          <PriorityBadge priority={ticket.priority} />
          <StateBadge state={ticket.state} />
        </Group>
        <Due ticket={ticket} />
      </Group>
      <Named ticket={ticket} />
      <Group justify="space-between">
        <Text size="sm">{ticket.zone ?? ticket.site ?? "–"}</Text>
        <Text size="sm" c="dimmed">
          <TimeText at={ticket.opened_at} />
        </Text>
      </Group>
    </Stack>
  );
}
