/** One alarm: its state, who has seen it, what covers it, and what becomes of the goods. */
import { Alert, Anchor, Group, List, Stack, Text } from "@mantine/core";
import { Scale } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { ask } from "@/api/client";
import { useList } from "@/api/lists";
import type { AlarmFull } from "@/api/schema";
import { to } from "@/links";
import { SeverityBadge } from "@/parts/badges";
import { Facts } from "@/parts/Facts";
import { PageHead } from "@/parts/PageHead";
import { Section } from "@/parts/Section";
import { Loading } from "@/parts/states/Loading";
import { TimeText } from "@/parts/TimeText";
import { Failed } from "@/shell/Failed";
import { useSession } from "@/shell/session";
import { About, asHead } from "@/views/alarms/About";
import { AlarmActs } from "@/views/alarms/AlarmActs";
import { AlarmBadge } from "@/views/alarms/AlarmBadge";
import { who } from "@/views/alarms/Alarms";
import { Shelf } from "@/views/alarms/Shelf";

export default function Alarm() {
  const { id = "" } = useParams();
  const { t } = useTranslation(["alarms", "findings"]);
  const found = ask.useQuery("get", "/api/v1/alarms/{id}", { params: { path: { id } } });
  const alarm = found.data;
  if (found.error && !alarm) return <Failed problem={found.error} again={() => void found.refetch()} />;
  if (!alarm)
    return (
      <>
        <PageHead title={t("one")} />
        <Loading />
      </>
    );
  const kind = asHead(t(`findings:kind.${alarm.kind}`, alarm.kind));
  return (
    <>
      <PageHead
        title={alarm.zone ? t("kind_in", { kind, zone: alarm.zone }) : kind}
        actions={<AlarmActs alarm={alarm} />}
      >
        <Group gap={6}>
          <SeverityBadge severity={alarm.severity} />
          <AlarmBadge state={alarm.state} />
        </Group>
      </PageHead>
      <Stack>
        {alarm.latched && <Undecided alarm={alarm} />}
        {alarm.shelf && <Shelf shelf={alarm.shelf} />}
        <Section title={t("facts")}>
          <Known alarm={alarm} />
        </Section>
        <Acks alarm={alarm} />
        {alarm.decisions.length > 0 && <Decisions alarm={alarm} />}
      </Stack>
    </>
  );
}

function Undecided({ alarm }: { alarm: AlarmFull }) {
  const { t } = useTranslation("alarms");
  return (
    <Alert color="yellow" icon={<Scale aria-hidden />} title={t("decide.open")}>
      <Text size="sm">{t("decide.open_why")}</Text>
      {alarm.lots.length > 0 && <Text size="sm">{t("decide.lots", { lots: alarm.lots.join(", ") })}</Text>}
    </Alert>
  );
}

function Known({ alarm }: { alarm: AlarmFull }) {
  const { t } = useTranslation("alarms");
  const facts: [string, ReactNode][] = [
    [t("fact.about"), <About key="about" subject={alarm.subject} />],
    [
      t("fact.zone"),
      alarm.zone && (
        <Anchor component={Link} to={to.zone(alarm.zone)}>
          {alarm.zone}
        </Anchor>
      ),
    ],
    [t("fact.condition"), alarm.condition !== alarm.state && <AlarmBadge state={alarm.condition} />],
    [t("fact.since"), <TimeText key="since" at={alarm.active_since} show="both" />],
    [t("fact.returned"), alarm.returned && <TimeText at={alarm.returned} show="both" />],
    [t("fact.suppressed"), alarm.suppressed_by],
    [t("fact.flapping"), alarm.flapping && t("flapping_why")],
    [t("fact.ticket"), <Tickets key="tickets" cause={alarm.cause} />],
  ];
  return <Facts facts={facts.map(([name, value]) => [name, value === false ? null : value])} />;
}

/** The tickets that worked on its cause. */
function Tickets({ cause }: { cause: string }) {
  const { t } = useTranslation("alarms");
  const { may } = useSession();
  const list = useList("/api/v1/tickets", { cause, limit: 3 }, may("tickets.read"));
  if (list.items.length === 0) return t("no_ticket");
  return (
    <Group gap="xs">
      {list.items.map(({ number }) => (
        <Anchor key={number} component={Link} to={to.ticket(number)}>
          {number}
        </Anchor>
      ))}
    </Group>
  );
}

function Acks({ alarm }: { alarm: AlarmFull }) {
  const { t } = useTranslation("alarms");
  return (
    <Section title={t("acks.title")}>
      {alarm.acks.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t("acks.none")}
        </Text>
      ) : (
        <List size="sm">
          {alarm.acks.map((ack) => (
            <List.Item key={`${ack.time} ${ack.principal}`}>
              {who(ack.principal)} · <TimeText at={ack.time} show="both" />
              {ack.comment && <Text size="sm">{ack.comment}</Text>}
            </List.Item>
          ))}
        </List>
      )}
    </Section>
  );
}

function Decisions({ alarm }: { alarm: AlarmFull }) {
  const { t } = useTranslation("alarms");
  return (
    <Section title={t("decisions")}>
      <List size="sm">
        {alarm.decisions.map((one) => (
          <List.Item key={`${one.time} ${one.lot}`}>
            <Text size="sm" fw={600} component="span">
              {one.lot || t("decide.unnamed")}: {t(`decide.${one.decision}`, one.decision)}
            </Text>{" "}
            {who(one.principal)} · <TimeText at={one.time} show="both" />
            {one.reason && <Text size="sm">{one.reason}</Text>}
          </List.Item>
        ))}
      </List>
    </Section>
  );
}
