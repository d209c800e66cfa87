/** What was written down about the work: what was tried, found and done, what the customer answered, and what belongs to it. */
import { Anchor, Group, List, Rating, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { ask } from "@/api/client";
import type { TicketFull, WorkView } from "@/api/schema";
import { to } from "@/links";
import { Badge } from "@/parts/Badge";
import { StateBadge } from "@/parts/badges";
import { TimeText } from "@/parts/TimeText";
import { useLife, usePeople } from "@/views/ticket/asking";
import { Section } from "@/views/ticket/Section";
import style from "@/views/ticket/Ticket.module.css";

export function Work({ ticket }: { ticket: TicketFull }) {
  const { t } = useTranslation("ticket");
  const { work } = ticket;
  const family = ticket.parts.length > 0 || ticket.parent || ticket.merged_into;
  if (!family && !(work && written(work)) && !ticket.verdict) return null;
  return (
    <Section title={t("work.title")}>
      <Stack gap="sm">
        {work && <Sheet work={work} zone={ticket.time_zone} />}
        {ticket.verdict && (
          <Told name={t("work.verdict")}>
            {t(`verdict.${ticket.verdict.verdict}`)} – {ticket.verdict.reason}
          </Told>
        )}
        {ticket.parts.length > 0 && (
          <Told name={t("work.parts")}>
            <List size="sm">
              {ticket.parts.map((part) => (
                <List.Item key={part.number}>
                  <Anchor component={Link} to={to.ticket(part.number)}>
                    {part.number} {part.title}
                  </Anchor>{" "}
                  <StateBadge state={part.state} />
                </List.Item>
              ))}
            </List>
          </Told>
        )}
        {ticket.parent && <Elsewhere name={t("work.parent")} id={ticket.parent} />}
        {ticket.merged_into && <Elsewhere name={t("work.merged_into")} id={ticket.merged_into} />}
      </Stack>
    </Section>
  );
}

function written(work: WorkView): boolean {
  const said = [
    work.tried,
    work.resolution,
    work.found,
    work.done,
    work.improvement,
    work.wished,
    work.promised,
  ];
  return said.some(Boolean) || work.survey !== null || work.unconfirmed || work.asks_improvement;
}

function Sheet({ work, zone }: { work: WorkView; zone: string }) {
  const { t } = useTranslation("ticket");
  const life = useLife();
  const called = usePeople();
  const { survey } = work;
  return (
    <>
      {work.resolution && (
        <Told name={t("work.resolution")}>{life.name("resolutions", work.resolution)}</Told>
      )}
      {work.found && <Told name={t("work.found")}>{work.found}</Told>}
      {work.done && <Told name={t("work.done")}>{work.done}</Told>}
      {work.tried && <Told name={t("work.tried")}>{work.tried}</Told>}
      {survey && (
        <Told name={t("work.survey")}>
          <Group gap="xs">
            <Rating value={survey.score} readOnly aria-label={t("work.score", { score: survey.score })} />
            <span>{survey.text}</span>
          </Group>
        </Told>
      )}
      {work.asks_improvement && <Badge tone="warning">{t("work.asks_improvement")}</Badge>}
      {work.improvement && (
        <Told name={t("work.improvement")}>
          {work.improvement} {work.improvement_owner && `(${called(work.improvement_owner)})`}
        </Told>
      )}
      {work.wished && (
        <Told name={t("work.wished")}>
          <TimeText at={work.wished} zone={zone} show="both" />
        </Told>
      )}
      {work.promised && (
        <Told name={t("work.promised")}>
          <TimeText at={work.promised} zone={zone} show="both" />
        </Told>
      )}
      {work.unconfirmed && <Badge tone="caution">{t("work.unconfirmed")}</Badge>}
    </>
  );
}

function Told({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed" fw={600}>
        {name}
      </Text>
      <Text component="div" className={style["words"] ?? ""}>
        {children}
      </Text>
    </div>
  );
}

/** Another ticket, of which only the id is told: named by what it was when it was last listed. */
function Elsewhere({ name, id }: { name: string; id: string }) {
  const { t } = useTranslation("ticket");
  const events = ask.useQuery("get", "/api/v1/events", {
    params: { query: { subject: `ticket:${id}`, limit: 1 } },
  });
  const first = events.data?.items[0]?.new as { number?: number } | null | undefined;
  const number = first?.number ? `KW-${String(first.number).padStart(6, "0")}` : undefined;
  return (
    <Told name={name}>
      {number ? (
        <Anchor component={Link} to={to.ticket(number)}>
          {number}
        </Anchor>
      ) : (
        t("work.elsewhere")
      )}
    </Told>
  );
}
