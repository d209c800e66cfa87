/** One ticket: why it was raised, who does what by when, what may be done now, and all that happened. */
import { Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import type { TicketFull } from "@/api/schema";
import { PageHead } from "@/parts/PageHead";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";
import { Failed } from "@/shell/Failed";
import { Alarms } from "@/views/ticket/Alarms";
import { ActBar } from "@/views/ticket/acts/ActBar";
import { useTicket } from "@/views/ticket/asking";
import { Clocks } from "@/views/ticket/Clocks";
import { Conversation } from "@/views/ticket/Conversation";
import { Head } from "@/views/ticket/Head";
import { History } from "@/views/ticket/History";
import { Compensation, Verdict } from "@/views/ticket/Judging";
import { Messages } from "@/views/ticket/Messages";
import { Person } from "@/views/ticket/Person";
import { Remedy } from "@/views/ticket/Remedy";
import style from "@/views/ticket/Ticket.module.css";
import { Why } from "@/views/ticket/Why";
import { Work } from "@/views/ticket/Work";

export default function Ticket() {
  const { t } = useTranslation("ticket");
  const { number = "" } = useParams();
  const { data, error, refetch } = useTicket(number);
  if (data)
    return (
      <>
        {error && <ErrorNotice problem={error} again={() => void refetch()} />}
        <Whole key={data.id} ticket={data} />
      </>
    );
  if (error) return <Failed problem={error} again={() => void refetch()} />;
  return (
    <>
      <PageHead title={t("one", { number })} />
      <Loading rows={8} />
    </>
  );
}

function Whole({ ticket }: { ticket: TicketFull }) {
  return (
    <Stack gap="md">
      <Head ticket={ticket} />
      <ActBar ticket={ticket} />
      <Clocks ticket={ticket} />
      <div className={style["columns"]}>
        <div className={style["side"]}>
          <Why ticket={ticket} />
          <Remedy ticket={ticket} />
          <Work ticket={ticket} />
          <Conversation ticket={ticket} />
          <History ticket={ticket} />
        </div>
        <div className={style["side"]}>
          <Compensation ticket={ticket} />
          <Verdict ticket={ticket} />
          <Person ticket={ticket} />
          <Alarms ticket={ticket} />
          <Messages ticket={ticket} />
        </div>
      </div>
      <div className={style["room"]} />
    </Stack>
  );
}
