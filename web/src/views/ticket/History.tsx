/** Everything that happened, the newest first: who, when, what, why, from what to what. */
import { Button, Group, SegmentedControl, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import type { Step, TicketFull } from "@/api/schema";
import { StateBadge } from "@/parts/badges";
import { useFormat } from "@/parts/format";
import { TimeText } from "@/parts/TimeText";
import { useSession } from "@/shell/session";
import { usePeople } from "@/views/ticket/asking";
import { changes, type Told } from "@/views/ticket/changes";
import { Section } from "@/views/ticket/Section";
import style from "@/views/ticket/Ticket.module.css";

const FIRST = 15;
type Which = "all" | "people" | "system";

export function History({ ticket }: { ticket: TicketFull }) {
  const { t } = useTranslation("ticket");
  const [which, choose] = useState<Which>("all");
  const [all, showAll] = useState(false);
  const before = useBefore(ticket);
  const steps = useMemo(() => {
    const fits = (step: Step) => which === "all" || (step.principal === "system") === (which === "system");
    return ticket.history.filter(fits).reverse();
  }, [ticket.history, which]);
  const shown = all ? steps : steps.slice(0, FIRST);
  const filter = (
    <SegmentedControl
      size="xs"
      value={which}
      onChange={(chosen) => choose(chosen as Which)}
      aria-label={t("history.filter")}
      data={(["all", "people", "system"] as const).map((value) => ({ value, label: t(`history.${value}`) }))}
    />
  );
  return (
    <Section title={t("history.title")} aside={filter}>
      <ol className={style["timeline"]}>
        {shown.map((step) => (
          <Line
            key={`${step.time} ${step.act} ${String(step.changed["step"] ?? "")}`}
            step={step}
            old={before.get(`${step.time} ${step.act}`)}
            zone={ticket.time_zone}
          />
        ))}
      </ol>
      {steps.length === 0 && <Text c="dimmed">{t("history.none")}</Text>}
      {shown.length < steps.length && (
        <Button variant="subtle" size="xs" mt="xs" onClick={() => showAll(true)}>
          {t("history.more", { count: steps.length - shown.length })}
        </Button>
      )}
    </Section>
  );
}

/** What stood there before each step, by time and act: from the event table, for who may read it. */
function useBefore(ticket: TicketFull): Map<string, Told> {
  const session = useSession();
  const query = { subject: `ticket:${ticket.id}`, limit: 1000 };
  const { data } = ask.useQuery(
    "get",
    "/api/v1/events",
    { params: { query } },
    { enabled: session.may("events.read") },
  );
  const items = data?.items;
  return useMemo(
    () => new Map((items ?? []).map((one) => [`${one.time} ${one.act}`, one.old as Told])),
    [items],
  );
}

const PEOPLE = new Set(["assignee", "to", "improvement_owner"]);

/** What sort of thing a value is, by the name under which an event tells it. */
function nature(name: string, value: unknown): "nothing" | "person" | "moment" | "word" {
  if (value === null || value === undefined || value === "") return "nothing";
  if (PEOPLE.has(name)) return "person";
  return name.endsWith("_us") && typeof value === "number" ? "moment" : "word";
}

function Line({ step, old, zone }: { step: Step; old: Told | undefined; zone: string }) {
  const { t } = useTranslation(["ticket", "words"]);
  const called = usePeople();
  const format = useFormat();
  const told = changes(old ?? {}, step.changed as Told);
  const said = (name: string, value: unknown): string => {
    const how = nature(name, value);
    if (how === "nothing") return "–";
    if (how === "person") return called(String(value));
    if (how === "moment") return format.moment(new Date(Number(value) / 1000).toISOString(), zone, "short");
    return t([`words:ticket.${name}.${String(value)}`], { defaultValue: String(value) });
  };
  return (
    <li data-person={step.principal !== "system" || undefined}>
      <Group gap="xs">
        <Text size="sm" fw={600}>
          {t(`happened.${step.act}`, step.act.replaceAll("_", " "))}
        </Text>
        {step.state && <StateBadge state={step.state} />}
      </Group>
      <Text size="xs" c="dimmed">
        {called(step.principal)} · <TimeText at={step.time} zone={zone} show="both" />
        {step.at && ` · ${t("history.own_time", { at: format.moment(step.at, zone, "short") })}`}
      </Text>
      {step.reason && (
        <Text size="sm" className={style["words"] ?? ""}>
          {step.reason}
        </Text>
      )}
      {told.map(({ name, from, to }) => (
        <Text key={name} size="sm" c="dimmed">
          {t(`changed.${name}`)}: {from === undefined ? "" : `${said(name, from)} → `}
          {said(name, to)}
        </Text>
      ))}
    </li>
  );
}
