/** One ticket on the way: what it is, what to do step by step, and big buttons; all of it without a network, too. */
import { Anchor, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { api } from "@/api/client";
import { asProblem, silent } from "@/api/problem";
import type { TicketFull } from "@/api/schema";
import { to } from "@/links";
import { useWaiting } from "@/offline/useOutbox";
import { keptTicket } from "@/offline/work";
import { PriorityBadge, StateBadge } from "@/parts/badges";
import { Countdown } from "@/parts/Countdown";
import { PageHead } from "@/parts/PageHead";
import { Loading } from "@/parts/states/Loading";
import { TimeText } from "@/parts/TimeText";
import { Failed } from "@/shell/Failed";
import { useSession } from "@/shell/session";
import { BigActs } from "@/views/mine/BigActs";
import { KeptNotice } from "@/views/mine/KeptNotice";
import style from "@/views/mine/Mine.module.css";
import { Photos } from "@/views/mine/Photos";
import { Say } from "@/views/mine/Say";
import { WaitingList } from "@/views/mine/WaitingList";
import { Remedy } from "@/views/ticket/Remedy";
import { Section } from "@/views/ticket/Section";

interface Shown {
  one: TicketFull;
  /** When it was kept, if it could not be asked for now. */
  keptAt?: string;
}

async function shown(owner: string, number: string, signal: AbortSignal): Promise<Shown> {
  try {
    const { data } = await api.GET("/api/v1/tickets/{number}", { params: { path: { number } }, signal });
    if (data) return { one: data };
  } catch (thrown) {
    const kept = silent(asProblem(thrown)) ? await keptTicket(owner, number) : undefined;
    if (signal.aborted || !kept) throw thrown;
    return { one: kept.one, keptAt: kept.at };
  }
  throw new Error("an answer without a ticket");
}

export default function MyTicket() {
  const { number = "" } = useParams();
  const { name } = useSession();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["shown", "/api/v1/tickets/{number}", name, number],
    queryFn: ({ signal }) => shown(name, number, signal),
    retry: false,
  });
  if (isPending) return <Loading rows={5} height={80} />;
  if (!data) return <Failed problem={error} again={() => void refetch()} />;
  return <Page ticket={data.one} keptAt={data.keptAt} />;
}

function Page({ ticket, keptAt }: { ticket: TicketFull; keptAt: string | undefined }) {
  const { t } = useTranslation("mine");
  const waiting = useWaiting(`ticket:${ticket.number}`);
  return (
    <div className={style["narrow"]}>
      <PageHead title={ticket.title}>
        <Group gap="xs" mt={4}>
          <Text fw={600} c="var(--mantine-color-text)">
            {ticket.number}
          </Text>
          <PriorityBadge priority={ticket.priority} />
          <StateBadge state={ticket.state} />
          <Countdown to={ticket.act_by ?? ticket.deadline} label={t(ticket.act_by ? "act_by" : "deadline")} />
        </Group>
      </PageHead>
      <Stack>
        {keptAt && <KeptNotice at={keptAt} />}
        <Text size="sm" className={style["words"] ?? ""}>
          {ticket.why}
        </Text>
        <BigActs ticket={ticket} />
        {waiting.length > 0 && <WaitingList all={waiting} />}
        <Remedy ticket={ticket} />
        <Photos number={ticket.number} staff />
        <Section title={t("talk")}>
          <Stack gap="sm">
            {ticket.comments.map((one) => (
              <div key={one.id}>
                <Text size="xs" c="dimmed">
                  <TimeText at={one.at ?? one.time} zone={ticket.time_zone} show="both" />
                </Text>
                <Text className={style["words"] ?? ""}>{one.text}</Text>
              </div>
            ))}
            <Say number={ticket.number} />
          </Stack>
        </Section>
        <Anchor component={Link} to={to.ticket(ticket.number)}>
          {t("whole")}
        </Anchor>
      </Stack>
    </div>
  );
}
