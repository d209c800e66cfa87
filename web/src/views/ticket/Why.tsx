/** Why the ticket was raised, why it is as urgent as it is, and what the evidence says, in sentences. */
import { Alert, List, Stack, Text } from "@mantine/core";
import { Info } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { FindingView, TicketFull } from "@/api/schema";
import { SeverityBadge } from "@/parts/badges";
import { useFormat } from "@/parts/format";
import { useUnit } from "@/views/ticket/asking";
import { EventCurve } from "@/views/ticket/EventCurve";
import { Section } from "@/views/ticket/Section";
import { quantityOf } from "@/views/ticket/subject";
import style from "@/views/ticket/Ticket.module.css";

const MOST = 20;

export function Why({ ticket }: { ticket: TicketFull }) {
  const { t } = useTranslation("ticket");
  const urgent = ticket.clocks?.priority_why ?? [];
  return (
    <Section title={t("why.title")}>
      <Stack gap="sm">
        {ticket.findings_retracted && (
          <Alert color="yellow" icon={<Info aria-hidden />} title={t("why.retracted")}>
            {t("why.retracted_detail")}
          </Alert>
        )}
        <Text className={style["words"] ?? ""}>{ticket.why || t("why.by_hand")}</Text>
        <EventCurve ticket={ticket} />
        {ticket.findings.length > 0 && (
          <List size="sm" spacing={6} listStyleType="none">
            {ticket.findings.slice(0, MOST).map((one) => (
              <List.Item key={one.id}>
                <Evidence finding={one} zone={ticket.time_zone} />
              </List.Item>
            ))}
          </List>
        )}
        <Text size="sm" c="dimmed">
          {ticket.deadline_why}
        </Text>
        {urgent.map((one) => (
          <Text key={one} size="sm" c="dimmed">
            {one}
          </Text>
        ))}
      </Stack>
    </Section>
  );
}

/** One finding as a sentence: what, when, how far, on how much it rests. */
function Evidence({ finding, zone }: { finding: FindingView; zone: string }) {
  const { t } = useTranslation(["ticket", "words"]);
  const format = useFormat();
  const quantity = quantityOf(finding.subject, finding.cause) ?? "";
  const unit = useUnit(finding);
  const params = {
    subject: finding.subject.replace(/^\w+:/, "").replace(`:${quantity}`, ""),
    quantity: t(`words:quantity.${quantity}`, quantity),
    from: format.moment(finding.start, zone, "short"),
    to: finding.end ? format.moment(finding.end, zone, "short") : "",
    peak: format.value(finding.peak, unit, 2),
    coverage: format.share(finding.coverage, 0),
    count: finding.samples,
    interpolation: { escapeValue: false },
  };
  const told = finding.end ? t("ticket:why.was", params) : t("ticket:why.goes_on", params);
  return (
    <>
      <SeverityBadge severity={finding.severity} />{" "}
      <Text span td={finding.retracted === null ? "none" : "line-through"}>
        {told}
      </Text>
      {finding.retracted !== null && <Text span> {t("ticket:why.was_retracted")}</Text>}
      {finding.imported && <Text span> {t("ticket:why.imported")}</Text>}
    </>
  );
}
