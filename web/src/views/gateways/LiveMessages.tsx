/** Is my gateway right? What arrives of it, and what was made of each message, as it happens. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { Eraser, Pause, Play, Radio } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Badge } from "@/parts/Badge";
import { CopyText } from "@/parts/CopyText";
import { type Kind, useFilters } from "@/parts/filters";
import { Section } from "@/parts/Section";
import { Empty } from "@/parts/states/Empty";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Message } from "@/views/gateways/Message";
import { useMessages } from "@/views/gateways/watching";

const WATCH = { watch: "flag" } as const satisfies Record<string, Kind>;

export function LiveMessages({ gateway }: { gateway: string }) {
  const { t } = useTranslation("gateways");
  const [{ watch = false }, change] = useFilters(WATCH);
  const { messages, live, problem, clear } = useMessages(gateway, watch);
  return (
    <Section
      title={t("live.title")}
      hint={t("live.about")}
      actions={
        <>
          {messages.length > 0 && (
            <Button variant="default" leftSection={<Eraser aria-hidden size={16} />} onClick={clear}>
              {t("live.clear")}
            </Button>
          )}
          <Button
            {...(watch ? { variant: "default" } : {})}
            leftSection={watch ? <Pause aria-hidden size={16} /> : <Play aria-hidden size={16} />}
            onClick={() => change({ watch: watch ? undefined : true })}
          >
            {watch ? t("live.stop") : t("live.start")}
          </Button>
        </>
      }
    >
      <Stack gap="sm">
        {watch && (
          <Group gap="xs" role="status" data-watching={live ? "live" : "connecting"}>
            <Badge tone={live ? "good" : "caution"} icon={Radio}>
              {live ? t("live.watching") : t("live.connecting")}
            </Badge>
            <Text size="sm" c="dimmed">
              {t("live.count", { count: messages.length })}
            </Text>
          </Group>
        )}
        {problem !== null && <ErrorNotice problem={problem} />}
        {watch && live && messages.length === 0 && (
          <Empty title={t("live.none")} icon={Radio}>
            <Stack gap="sm">
              {t("live.none_why")}
              <CopyText label={t("live.topic")} text={`keepwell/v1/${gateway}/telemetry`} />
            </Stack>
          </Empty>
        )}
        {messages.map((one) => (
          <Message key={`${one.received} ${one.topic}`} message={one} />
        ))}
      </Stack>
    </Section>
  );
}
