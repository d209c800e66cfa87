/** An endpoint for events: a new one, or one as it is to be. */
import { Select, TagsInput, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ifMatch } from "@/api/client";
import type { WebhookIn, WebhookView } from "@/api/schema";
import { Reference } from "@/parts/Reference";
import { language } from "@/texts";
import { EndpointForm } from "@/views/setup/outside/EndpointForm";
import type { FormProps } from "@/views/setup/outside/Endpoints";

const SPOKEN = [
  { value: "en", label: "English" },
  { value: "zh", label: "中文" },
];

function begun(kept: WebhookView | null): WebhookIn {
  if (!kept) return { name: "", url: "", types: [], customer: null, language: language(), enabled: true };
  const { name, url, types, customer, language: spoken } = kept;
  return { name, url, types, customer, language: spoken, enabled: kept.disabled === null };
}

export function WebhookForm({ kept, onClose, onSaved }: FormProps<WebhookView>) {
  const { t } = useTranslation("setup");
  const [said, say] = useState<WebhookIn>(() => begun(kept));
  const set = (some: Partial<WebhookIn>) => say((before) => ({ ...before, ...some }));
  async function send() {
    const body = { ...said, name: said.name.trim(), url: said.url.trim() };
    if (!kept) return onSaved((await api.POST("/api/v1/webhooks", { body })).data ?? null);
    const params = { path: { id: kept.id }, header: ifMatch(kept.version) };
    await api.PUT("/api/v1/webhooks/{id}", { params, body });
    onSaved(null);
  }
  return (
    <EndpointForm
      title={kept ? kept.name : t("webhooks.new")}
      kept={kept !== null}
      said={said}
      set={set}
      ready={said.url.trim() !== ""}
      enabledHelp={t("webhooks.enabled_help")}
      onSend={send}
      onClose={onClose}
    >
      {(faults) => (
        <>
          <TextInput
            label={t("webhooks.url")}
            type="url"
            required
            value={said.url}
            error={faults["url"]}
            onChange={(event) => set({ url: event.currentTarget.value })}
          />
          <TagsInput
            label={t("webhooks.types")}
            description={t("webhooks.types_help")}
            value={said.types ?? []}
            error={faults["types"]}
            onChange={(types) => set({ types })}
          />
          <Reference
            label={t("keys.of.customer")}
            description={t("webhooks.customer_help")}
            path="/api/v1/customers"
            value={said.customer ?? null}
            error={faults["customer"]}
            onChange={(customer) => set({ customer })}
          />
          <Select
            label={t("webhooks.language")}
            data={SPOKEN}
            value={said.language}
            allowDeselect={false}
            onChange={(spoken) => spoken && set({ language: spoken })}
          />
        </>
      )}
    </EndpointForm>
  );
}
