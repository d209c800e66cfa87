/** What happened to the ticket since the dialog was opened: who, what, why. */
import { Alert, List } from "@mantine/core";
import { Users } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Step, TicketFull } from "@/api/schema";
import { TimeText } from "@/parts/TimeText";
import { type Act, usePeople } from "@/views/ticket/asking";

interface Props {
  since: Step[];
  ticket: TicketFull;
  act: Act;
  possible: boolean;
}

export function Meanwhile({ since, ticket, act, possible }: Props) {
  const { t } = useTranslation(["ticket", "words"]);
  const called = usePeople();
  return (
    <Alert
      color="yellow"
      icon={<Users aria-hidden />}
      title={t("meanwhile.title")}
      role="status"
      data-meanwhile
    >
      <List size="sm" mb="xs">
        {since.map((step) => (
          <List.Item key={`${step.time} ${step.act}`}>
            {t("meanwhile.step", {
              who: called(step.principal),
              what: t(`happened.${step.act}`, step.act),
              interpolation: { escapeValue: false },
            })}
            {step.reason && ` – ${step.reason}`} (<TimeText at={step.time} zone={ticket.time_zone} />)
          </List.Item>
        ))}
        <List.Item>{t("meanwhile.state", { state: t(`words:ticket.state.${ticket.state}`) })}</List.Item>
      </List>
      {possible ? t("meanwhile.possible") : t("meanwhile.impossible", { act: t(`do.${act}`) })}
    </Alert>
  );
}
