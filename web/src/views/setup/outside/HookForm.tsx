/** An address at which another system reports: a new one, or one as it is to be. */
import { JsonInput, Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ifMatch } from "@/api/client";
import type { HookIn, HookView } from "@/api/schema";
import { Reference } from "@/parts/Reference";
import { EndpointForm } from "@/views/setup/outside/EndpointForm";
import type { FormProps } from "@/views/setup/outside/Endpoints";

const KINDS: HookIn["kind"][] = ["internal", "goods", "sensor", "gateway", "equipment", "customer"];
const PRESETS = ["plain", "alertmanager", "grafana"] as const;
const RESOLVES: HookIn["resolves"][] = ["comment", "resolve"];
/** Not a preset: a mapping that is written here. */
const OWN = "own";

function begun(kept: HookView | null): HookIn {
  if (!kept)
    return {
      name: "",
      kind: "internal",
      preset: "plain",
      zone: null,
      customer: null,
      enabled: true,
      resolves: "comment",
    };
  const { name, kind, zone, customer, resolves } = kept;
  return {
    name,
    kind: kind as HookIn["kind"],
    preset: null,
    mapping: kept.mapping as unknown as NonNullable<HookIn["mapping"]>,
    zone,
    customer,
    resolves: resolves as HookIn["resolves"],
    enabled: kept.disabled === null,
  };
}

export function HookForm({ kept, onClose, onSaved }: FormProps<HookView>) {
  const { t } = useTranslation(["setup", "words"]);
  const [key, setKey] = useState("");
  const [said, say] = useState<HookIn>(() => begun(kept));
  const [mapping, write] = useState(() => JSON.stringify(kept?.mapping ?? {}, null, 2));
  const set = (some: Partial<HookIn>) => say((before) => ({ ...before, ...some }));
  async function send() {
    const own = said.preset ? {} : { mapping: JSON.parse(mapping) as NonNullable<HookIn["mapping"]> };
    const { mapping: _before, ...rest } = said;
    const body = { ...rest, ...own, name: said.name.trim() };
    if (!kept) {
      const { data } = await api.POST("/api/v1/inbound-hooks", { body: { ...body, key: key.trim() } });
      return onSaved(data ?? null);
    }
    const params = { path: { key: kept.key }, header: ifMatch(kept.version) };
    await api.PUT("/api/v1/inbound-hooks/{key}", { params, body });
    onSaved(null);
  }
  return (
    <EndpointForm
      title={kept ? kept.name : t("hooks.new")}
      kept={kept !== null}
      said={said}
      set={set}
      ready={kept !== null || key.trim() !== ""}
      onSend={send}
      onClose={onClose}
    >
      {(faults) => (
        <>
          {!kept && (
            <TextInput
              label={t("key")}
              description={t("hooks.key_help")}
              required
              value={key}
              error={faults["key"]}
              onChange={(event) => setKey(event.currentTarget.value)}
            />
          )}
          <Select
            label={t("hooks.preset")}
            data={[...PRESETS, OWN].map((value) => ({ value, label: t(`hooks.presets.${value}`) }))}
            value={said.preset ?? OWN}
            allowDeselect={false}
            onChange={(value) => set({ preset: PRESETS.find((one) => one === value) ?? null })}
          />
          {!said.preset && (
            <JsonInput
              label={t("hooks.mapping")}
              description={t("hooks.mapping_help")}
              value={mapping}
              error={faults["mapping"]}
              onChange={write}
              validationError={t("policies.no_json")}
              autosize
              minRows={4}
              maxRows={14}
            />
          )}
          <Select
            label={t("hooks.kind")}
            data={KINDS.map((value) => ({ value, label: t(`words:ticket.kind.${value}`, value) }))}
            value={said.kind}
            allowDeselect={false}
            onChange={(value) => value && set({ kind: value as HookIn["kind"] })}
          />
          <Reference
            label={t("hooks.zone")}
            path="/api/v1/zones"
            value={said.zone ?? null}
            error={faults["zone"]}
            onChange={(zone) => set({ zone })}
          />
          <Reference
            label={t("hooks.customer")}
            path="/api/v1/customers"
            value={said.customer ?? null}
            error={faults["customer"]}
            onChange={(customer) => set({ customer })}
          />
          <Select
            label={t("hooks.resolves")}
            data={RESOLVES.map((value) => ({ value, label: t(`hooks.resolving.${value}`) }))}
            value={said.resolves}
            allowDeselect={false}
            onChange={(value) => value && set({ resolves: value as HookIn["resolves"] })}
          />
        </>
      )}
    </EndpointForm>
  );
}
