/** Who did what to a thing, and why; the latest on top. */
import { Group, Stack, Badge as Tag, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useList } from "@/api/lists";
import type { EventView } from "@/api/schema";
import { Section } from "@/parts/Section";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";
import { TimeText } from "@/parts/TimeText";

const MOST = 200;

/** What a change set, field by field: `status: hold → released`. */
export function changed({ old, new: now }: EventView): string[] {
  const before = (old ?? {}) as Record<string, unknown>;
  const after = (now ?? {}) as Record<string, unknown>;
  if (Object.keys(before).length === 0) return [];
  const told = (value: unknown) => (value === null || value === undefined ? "–" : String(value));
  return Object.keys(after)
    .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
    .filter((name) => typeof after[name] !== "object" || after[name] === null)
    .map((name) => `${name}: ${told(before[name])} → ${told(after[name])}`);
}

export function History({ subject, clock }: { subject: string; clock?: string }) {
  const { t } = useTranslation("lots");
  const list = useList("/api/v1/events", { subject, limit: MOST });
  return (
    <Section title={t("history")}>
      {list.loading && <Loading rows={2} />}
      {list.problem && <ErrorNotice problem={list.problem} again={list.again} />}
      {!list.loading && list.items.length === 0 && <Text c="dimmed">{t("history_none")}</Text>}
      <Stack gap="sm">
        {[...list.items].reverse().map((event) => (
          <Stack key={event.sequence} gap={2}>
            <Group gap={8}>
              <Tag variant="light" tt="none">
                {t(`act.${event.act}`, event.act)}
              </Tag>
              <Text size="sm" c="dimmed" component="div">
                <TimeText at={event.time} show="absolute" {...(clock ? { zone: clock } : {})} />
                {event.principal ? ` · ${event.principal}` : ""}
              </Text>
            </Group>
            {changed(event).map((line) => (
              <Text key={line} size="sm">
                {line}
              </Text>
            ))}
            {event.reason && <Text size="sm">{event.reason}</Text>}
          </Stack>
        ))}
      </Stack>
    </Section>
  );
}
