/** Where events are sent: making and changing an endpoint, trying it, a new secret, and what was delivered. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import type { WebhookView } from "@/api/schema";
import { Deliveries } from "@/views/setup/outside/Deliveries";
import { Endpoints } from "@/views/setup/outside/Endpoints";
import { WebhookForm } from "@/views/setup/outside/WebhookForm";

export default function Webhooks() {
  const { t } = useTranslation("setup");
  const [watched, watch] = useState<WebhookView | null>(null);
  return (
    <Endpoints<WebhookView>
      tool="webhooks"
      path="/api/v1/webhooks"
      addressOf={({ url }) => url}
      columns={[
        { key: "types", head: t("webhooks.types"), cell: (one) => one.types.join(", ") || t("webhooks.all") },
      ]}
      rotate={async ({ id }, how) =>
        (await api.POST("/api/v1/webhooks/{id}/rotate", { params: { path: { id }, ...how } })).data
      }
      remove={({ id }, how) => api.DELETE("/api/v1/webhooks/{id}", { params: { path: { id }, ...how } })}
      Form={WebhookForm}
      more={(one) => (
        <Button size="compact-sm" variant="default" onClick={() => watch(one)}>
          {t("webhooks.deliveries")}
        </Button>
      )}
    >
      {watched && <Deliveries hook={watched} onClose={() => watch(null)} />}
    </Endpoints>
  );
}
