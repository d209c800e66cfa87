/** What the ticket is about, in one look: number, state, kind, how bad, where, whose goods. */
import { Anchor, Group, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { TicketFull } from "@/api/schema";
import { to } from "@/links";
import { Badge } from "@/parts/Badge";
import { PriorityBadge, SeverityBadge, StateBadge } from "@/parts/badges";
import { PageHead } from "@/parts/PageHead";
import { TimeText } from "@/parts/TimeText";
import { useLife, usePeople } from "@/views/ticket/asking";
import { linkTo } from "@/views/ticket/subject";
import style from "@/views/ticket/Ticket.module.css";

/** The worst first. */
const WORST = ["critical", "alarm", "warning", "advice"];

export function Head({ ticket, children }: { ticket: TicketFull; children?: ReactNode }) {
  const { t } = useTranslation(["ticket", "words"]);
  const life = useLife();
  const severity = WORST.find((one) =>
    ticket.findings.some((found) => found.severity === one && found.retracted === null),
  );
  return (
    <>
      <PageHead title={ticket.title} actions={children}>
        <Group gap="xs" mt={4}>
          <Text fw={600} c="var(--mantine-color-text)">
            {ticket.number}
          </Text>
          <PriorityBadge priority={ticket.priority} />
          <StateBadge state={ticket.state} />
          {severity && <SeverityBadge severity={severity} />}
          <Badge tone="quiet">{t(`words:ticket.kind.${ticket.kind}`, ticket.kind)}</Badge>
          {ticket.line === "expert" && <Badge tone="info">{t("words:ticket.line.expert")}</Badge>}
          {ticket.hold && <Badge tone="caution">{life.name("holds", ticket.hold)}</Badge>}
        </Group>
      </PageHead>
      <Facts ticket={ticket} />
    </>
  );
}

function Facts({ ticket }: { ticket: TicketFull }) {
  const { t } = useTranslation(["ticket", "words"]);
  const called = usePeople();
  const zone = ticket.time_zone;
  return (
    <dl className={style["facts"]}>
      <Fact name={t("fact.subject")}>
        <About subject={ticket.subject} />
      </Fact>
      {ticket.zone && ticket.subject !== `zone:${ticket.zone}` && (
        <Fact name={t("fact.zone")}>
          <About subject={`zone:${ticket.zone}`} />
        </Fact>
      )}
      {ticket.site && (
        <Fact name={t("fact.site")}>
          <About subject={`site:${ticket.site}`} />
        </Fact>
      )}
      {ticket.lots.length > 0 && (
        <Fact name={t("fact.lots")}>
          <Group gap={6}>
            {ticket.lots.map((lot) => (
              <About key={lot} subject={`lot:${lot}`} />
            ))}
          </Group>
        </Fact>
      )}
      {ticket.customer && <Fact name={t("fact.customer")}>{ticket.customer}</Fact>}
      <Fact name={t("fact.assignee")}>{ticket.assignee ? called(ticket.assignee) : t("who.nobody")}</Fact>
      <Fact name={t("fact.owner")}>{t(`words:ticket.owner.${ticket.owner}`, ticket.owner)}</Fact>
      <Fact name={t("fact.category")}>
        {t(`words:ticket.category.${ticket.category}`)} · {t(`words:ticket.phase.${ticket.phase}`)}
      </Fact>
      <Fact name={t("fact.since")}>
        <TimeText at={ticket.since} zone={zone} show="both" />
      </Fact>
      <Fact name={t("fact.zone_of_time")}>{zone}</Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** A thing with a link to its view, if it has one. */
export function About({ subject }: { subject: string }) {
  const key = subject.slice(subject.indexOf(":") + 1);
  const address = linkTo(subject, to);
  return address ? (
    <Anchor component={Link} to={address} size="sm">
      {key}
    </Anchor>
  ) : (
    key
  );
}
