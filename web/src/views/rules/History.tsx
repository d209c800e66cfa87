/** How something came to be as it is: who changed what, when and why, the newest first. */
import { Group, Stack, Text, Timeline, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useList } from "@/api/lists";
import type { EventView } from "@/api/schema";
import { useFormat } from "@/parts/format";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";
import { TimeText } from "@/parts/TimeText";
import { type Difference, differences } from "@/views/rules/history";

export function History({ subject }: { subject: string }) {
  const { t } = useTranslation("rules");
  const list = useList("/api/v1/events", { subject });
  const events = [...list.items].reverse();
  return (
    <section>
      <Title order={2} size="h4" mb="sm">
        {t("history.title")}
      </Title>
      {list.loading && <Loading rows={2} />}
      {list.problem && <ErrorNotice problem={list.problem} again={list.again} />}
      {!list.loading && events.length === 0 && <Text c="dimmed">{t("history.none")}</Text>}
      <Timeline bulletSize={14} lineWidth={2}>
        {events.map((event) => (
          <Timeline.Item key={event.sequence}>
            <Change event={event} />
          </Timeline.Item>
        ))}
      </Timeline>
    </section>
  );
}

function Change({ event }: { event: EventView }) {
  const { t } = useTranslation("rules");
  const found = event.old ? differences(event.old, event.new) : [];
  return (
    <Stack gap={2}>
      <Group gap="xs">
        <Text fw={600} size="sm">
          {t(`history.act.${event.act}`, event.act)}
        </Text>
        <Text size="sm">{event.principal.replace(/^person:/, "")}</Text>
        <Text size="sm" c="dimmed">
          <TimeText at={event.time} show="both" />
        </Text>
      </Group>
      {event.reason && <Text size="sm">{t("history.reason", { reason: event.reason })}</Text>}
      {found.map((one) => (
        <Line key={`${one.band}${one.field}`} difference={one} />
      ))}
    </Stack>
  );
}

function Line({ difference: { band, field, old, new: now } }: { difference: Difference }) {
  const { t } = useTranslation(["rules", "words"]);
  const format = useFormat();
  const told = (value: unknown): string => {
    if (value === null || value === undefined || value === "") return "–";
    if (typeof value !== "number") return field === "severity" ? t(`words:severity.${value}`) : String(value);
    return ["on_delay", "budget", "window"].includes(field)
      ? format.duration(value * 1_000)
      : format.number(value, 3);
  };
  return (
    <Text size="sm" c="dimmed">
      {t("history.line", { band, field: t(`field.${field}`), old: told(old), now: told(now) })}
    </Text>
  );
}
