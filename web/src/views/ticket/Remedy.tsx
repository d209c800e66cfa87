/** What to do about it, step by step: as the knowledge base proposes it, and as it was planned. */
import { List, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { TicketFull } from "@/api/schema";
import { Section } from "@/views/ticket/Section";
import style from "@/views/ticket/Ticket.module.css";

export function Remedy({ ticket }: { ticket: TicketFull }) {
  const { t } = useTranslation("ticket");
  const { remedy, work } = ticket;
  const planned = work && (work.plan || work.steps.length > 0);
  if (remedy.length === 0 && !planned) return null;
  return (
    <Section title={t("remedy.title")}>
      <Stack gap="md">
        {planned && (
          <Steps title={t("remedy.planned")} steps={work.steps}>
            {work.plan}
          </Steps>
        )}
        {remedy.map((card) => (
          <Steps key={card.key} title={card.title} steps={card.steps} />
        ))}
      </Stack>
    </Section>
  );
}

function Steps({ title, steps, children }: { title: string; steps: string[]; children?: string }) {
  return (
    <div>
      <Title order={3} size="h6" mb={4}>
        {title}
      </Title>
      {children && <Text className={style["words"] ?? ""}>{children}</Text>}
      <List type="ordered" spacing={6} pe="md">
        {steps.map((step) => (
          <List.Item key={step}>{step}</List.Item>
        ))}
      </List>
    </div>
  );
}
