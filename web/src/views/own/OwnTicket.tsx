/** One's own ticket: where it stands, what was done, what was said, and one's own word: confirm, reopen, rate. */
import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import type { TicketFull } from "@/api/schema";
import { useWaiting } from "@/offline/useOutbox";
import { StateBadge } from "@/parts/badges";
import { PageHead } from "@/parts/PageHead";
import { Loading } from "@/parts/states/Loading";
import { TimeText } from "@/parts/TimeText";
import { Failed } from "@/shell/Failed";
import style from "@/views/mine/Mine.module.css";
import { Photos } from "@/views/mine/Photos";
import { WaitingList } from "@/views/mine/WaitingList";
import { Course } from "@/views/own/Course";
import { ActBar } from "@/views/ticket/acts/ActBar";
import { useTicket } from "@/views/ticket/asking";
import { Conversation } from "@/views/ticket/Conversation";
import { Section } from "@/views/ticket/Section";

export default function OwnTicket() {
  const { number = "" } = useParams();
  const { data, error, isPending, refetch } = useTicket(number);
  if (isPending) return <Loading rows={5} height={80} />;
  if (data) return <Page ticket={data} />;
  return <Failed problem={error} again={() => void refetch()} />;
}

function Page({ ticket }: { ticket: TicketFull }) {
  const { t } = useTranslation("own");
  const waiting = useWaiting(`ticket:${ticket.number}`);
  const told = ticket.work?.done || ticket.work?.resolution;
  return (
    <div className={style["narrow"]}>
      <PageHead title={ticket.title}>
        {ticket.number} · <StateBadge state={ticket.state} />
      </PageHead>
      <Stack>
        <Course ticket={ticket} />
        <ActBar ticket={ticket} />
        {ticket.live && (
          <Text size="sm" component="div">
            {t("ticket.due")} <TimeText at={ticket.deadline} zone={ticket.time_zone} show="both" />
          </Text>
        )}
        {told && (
          <Section title={t("ticket.done")}>
            <Text className={style["words"] ?? ""}>{told}</Text>
          </Section>
        )}
        {ticket.why && (
          <Section title={t("ticket.why")}>
            <Text size="sm" className={style["words"] ?? ""}>
              {ticket.why}
            </Text>
          </Section>
        )}
        {waiting.length > 0 && <WaitingList all={waiting} />}
        <Conversation ticket={ticket} />
        <Photos number={ticket.number} />
      </Stack>
      <div className={style["room"]} />
    </div>
  );
}
