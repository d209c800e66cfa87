/** What was sent to an endpoint and what came of it; a test message, and sending again what died. */
import { Button, Drawer, Group, Stack, Text } from "@mantine/core";
import { RotateCw, Send } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { useList } from "@/api/lists";
import type { DeliveryView, WebhookView } from "@/api/schema";
import { Badge, type Tone } from "@/parts/Badge";
import { Empty } from "@/parts/states/Empty";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";
import { TimeText } from "@/parts/TimeText";

const TONES: Record<string, Tone> = { delivered: "good", waiting: "info", dead: "danger" };
const SETTLES_MS = 1_500;

export function Deliveries({ hook, onClose }: { hook: WebhookView; onClose: () => void }) {
  const { t } = useTranslation("setup");
  const list = useList(`/api/v1/webhooks/${hook.id}/deliveries` as "/api/v1/webhooks/{id}/deliveries", {});
  const [problem, setProblem] = useState<unknown>(null);
  async function act(does: () => Promise<unknown>) {
    setProblem(null);
    try {
      await does();
      list.again();
      window.setTimeout(list.again, SETTLES_MS);
    } catch (thrown) {
      setProblem(thrown);
    }
  }
  const ping = () => api.POST("/api/v1/webhooks/{id}/ping", { params: { path: { id: hook.id } } });
  const replay = (delivery: string) =>
    api.POST("/api/v1/webhooks/{id}/deliveries/{delivery}/replay", {
      params: { path: { id: hook.id, delivery } },
    });
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="lg"
      title={t("webhooks.of", { name: hook.name })}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <Stack>
        <Group>
          <Button leftSection={<Send aria-hidden size={16} />} onClick={() => void act(ping)}>
            {t("webhooks.ping")}
          </Button>
          <Button variant="default" leftSection={<RotateCw aria-hidden size={16} />} onClick={list.again}>
            {t("webhooks.look")}
          </Button>
        </Group>
        {(problem ?? list.problem) !== null && <ErrorNotice problem={problem ?? list.problem} />}
        {list.loading && <Loading rows={4} />}
        {!list.loading && list.items.length === 0 && <Empty title={t("webhooks.nothing_sent")} />}
        {list.items.map((one) => (
          <Line key={one.id} delivery={one} onReplay={() => void act(() => replay(one.id))} />
        ))}
        {list.more && (
          <Button variant="default" onClick={list.fetchMore}>
            {t("webhooks.more")}
          </Button>
        )}
      </Stack>
    </Drawer>
  );
}

function Line({ delivery, onReplay }: { delivery: DeliveryView; onReplay: () => void }) {
  const { t } = useTranslation("setup");
  return (
    <Group justify="space-between" wrap="nowrap">
      <div>
        <Group gap="xs">
          <Text size="sm" fw={600}>
            {delivery.type}
          </Text>
          <Badge tone={TONES[delivery.state] ?? "quiet"}>
            {t(`webhooks.state.${delivery.state}`, delivery.state)}
          </Badge>
        </Group>
        <Text size="xs" c="dimmed">
          <TimeText at={delivery.made} /> · {t("webhooks.attempts", { count: delivery.attempts })}
          {delivery.status !== null && ` · HTTP ${delivery.status}`}
          {delivery.reason && ` · ${delivery.reason}`}
        </Text>
      </div>
      {delivery.state === "dead" && (
        <Button size="compact-sm" variant="default" onClick={onReplay}>
          {t("webhooks.replay")}
        </Button>
      )}
    </Group>
  );
}
