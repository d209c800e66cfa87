/** Where events are sent: making an endpoint, trying it, a new secret, and what was delivered. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ifMatch } from "@/api/client";
import { useList } from "@/api/lists";
import { queries } from "@/api/queries";
import type { WebhookView } from "@/api/schema";
import { Badge } from "@/parts/Badge";
import { ConfirmWithReason } from "@/parts/ConfirmWithReason";
import { type Column, DataTable } from "@/parts/DataTable";
import { PageHead } from "@/parts/PageHead";
import { Secret } from "@/parts/Secret";
import { Empty } from "@/parts/states/Empty";
import { Deliveries } from "@/views/setup/outside/Deliveries";
import { WebhookForm } from "@/views/setup/outside/WebhookForm";

const PATH = "/api/v1/webhooks";
type Act = "rotate" | "remove";
export interface Shown {
  name: string;
  secret: string;
}
const again = () => queries.invalidateQueries({ queryKey: ["list", PATH] });

export default function Webhooks() {
  const { t } = useTranslation("setup");
  const list = useList(PATH, {});
  const [making, make] = useState(false);
  const [made, setMade] = useState<Shown | null>(null);
  const [asked, ask] = useState<{ hook: WebhookView; act: Act } | null>(null);
  const [watched, watch] = useState<WebhookView | null>(null);

  async function act(reason: string) {
    if (!asked) return;
    const { hook } = asked;
    const params = { path: { id: hook.id }, query: reason ? { reason } : {}, header: ifMatch(hook.version) };
    if (asked.act === "remove") await api.DELETE("/api/v1/webhooks/{id}", { params });
    else {
      const { data } = await api.POST("/api/v1/webhooks/{id}/rotate", { params });
      if (data) setMade(data);
    }
    await again();
  }

  const acts = (one: WebhookView) => (
    <Group gap="xs" justify="flex-end">
      <Button size="compact-sm" variant="default" onClick={() => watch(one)}>
        {t("webhooks.deliveries")}
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => ask({ hook: one, act: "rotate" })}>
        {t("outside.rotate")}
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => ask({ hook: one, act: "remove" })}>
        {t("remove")}
      </Button>
    </Group>
  );
  const columns: Column<WebhookView>[] = [
    { key: "name", head: t("name"), cell: (one) => <Named hook={one} /> },
    { key: "types", head: t("webhooks.types"), cell: (one) => one.types.join(", ") || t("webhooks.all") },
    { key: "state", head: t("users.state_head"), cell: (one) => <OnOff off={one.disabled} /> },
    { key: "acts", head: "", cell: acts, end: true },
  ];
  return (
    <>
      <PageHead
        title={t("tool.webhooks")}
        actions={
          <Button leftSection={<Plus aria-hidden size={16} />} onClick={() => make(true)}>
            {t("add")}
          </Button>
        }
      >
        {t("webhooks.what")}
      </PageHead>
      <Stack>
        {made && <Secret title={t("outside.secret", { name: made.name })} secret={made.secret} />}
        <DataTable
          list={list}
          columns={columns}
          rowKey={(one) => one.id}
          label={t("tool.webhooks")}
          empty={<Empty title={t("webhooks.none")}>{t("webhooks.none_why")}</Empty>}
          card={(one) => (
            <Stack gap={6}>
              <Named hook={one} />
              <OnOff off={one.disabled} />
              {acts(one)}
            </Stack>
          )}
        />
      </Stack>
      {making && (
        <WebhookForm
          onClose={() => make(false)}
          onMade={(found) => {
            setMade(found);
            make(false);
            void again();
          }}
        />
      )}
      {watched && <Deliveries hook={watched} onClose={() => watch(null)} />}
      <ConfirmWithReason
        opened={asked !== null}
        title={asked?.hook.name ?? ""}
        act={t(asked?.act === "remove" ? "remove" : "outside.rotate")}
        danger={asked?.act === "remove"}
        reason="optional"
        onConfirm={act}
        onClose={() => ask(null)}
      >
        {t(asked?.act === "remove" ? "outside.remove_what" : "webhooks.rotate_what")}
      </ConfirmWithReason>
    </>
  );
}

/** Whether an endpoint is on. */
export function OnOff({ off }: { off: string | null }) {
  const { t } = useTranslation("setup");
  return off ? (
    <Badge tone="caution">{t(`outside.off.${off}`, t("outside.off.by_hand"))}</Badge>
  ) : (
    <Badge tone="good">{t("outside.on")}</Badge>
  );
}

function Named({ hook }: { hook: WebhookView }) {
  return (
    <Stack gap={0}>
      <Text size="sm" fw={600}>
        {hook.name}
      </Text>
      <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
        {hook.url}
      </Text>
    </Stack>
  );
}
