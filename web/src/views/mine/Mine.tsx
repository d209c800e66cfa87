/** My work: what is mine to do, the most urgent first; it opens without a network and says how old it is. */
import { Card, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { ClipboardCheck } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { TicketFull } from "@/api/schema";
import { to } from "@/links";
import { useWaiting } from "@/offline/useOutbox";
import { workOptions } from "@/offline/work";
import { Badge } from "@/parts/Badge";
import { PriorityBadge, StateBadge } from "@/parts/badges";
import { Countdown } from "@/parts/Countdown";
import { PageHead } from "@/parts/PageHead";
import { Empty } from "@/parts/states/Empty";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";
import { useSession } from "@/shell/session";
import { KeptNotice } from "@/views/mine/KeptNotice";
import style from "@/views/mine/Mine.module.css";
import { MyAlarms } from "@/views/mine/MyAlarms";

export default function Mine() {
  const { t } = useTranslation("mine");
  const { data, error, isPending, refetch } = useQuery(workOptions(useSession()));
  return (
    <>
      <PageHead title={t("title")}>{data && t("count", { count: data.tickets.length })}</PageHead>
      {isPending && <Loading rows={4} height={110} />}
      {error && <ErrorNotice problem={error} again={() => void refetch()} />}
      {data && (
        <Stack>
          {data.kept && <KeptNotice at={data.at} />}
          <MyAlarms alarms={data.alarms} />
          {data.tickets.length === 0 ? (
            <Empty title={t("none")} icon={ClipboardCheck}>
              {t("none_why")}
            </Empty>
          ) : (
            <ul className={style["list"]} aria-label={t("title")}>
              {data.tickets.map((ticket) => (
                <li key={ticket.number}>
                  <One ticket={ticket} />
                </li>
              ))}
            </ul>
          )}
        </Stack>
      )}
    </>
  );
}

function One({ ticket }: { ticket: TicketFull }) {
  const { t } = useTranslation(["mine", "offline"]);
  const waiting = useWaiting(`ticket:${ticket.number}`);
  const due = ticket.act_by ?? ticket.deadline;
  return (
    <Card withBorder padding="md" h="100%">
      <Stack gap="xs">
        <Group gap="xs">
          <PriorityBadge priority={ticket.priority} />
          <StateBadge state={ticket.state} />
          {waiting.length > 0 && (
            <Badge tone="caution">{t("offline:waits.count", { count: waiting.length })}</Badge>
          )}
        </Group>
        <Link to={to.mine(ticket.number)} className={style["card"] ?? ""}>
          <Text fw={600} className={style["words"] ?? ""}>
            {ticket.title}
          </Text>
          <Text size="sm" c="dimmed">
            {ticket.number}
            {ticket.site && ` · ${ticket.site}`}
            {ticket.zone && ` · ${ticket.zone}`}
          </Text>
        </Link>
        <Countdown to={due} label={t(ticket.act_by ? "act_by" : "deadline")} />
      </Stack>
    </Card>
  );
}
