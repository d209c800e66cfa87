/** Addresses at which other systems report: making one, a new secret, removing. */
import { Button, Group, Modal, Select, Stack, Text, TextInput } from "@mantine/core";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ifMatch } from "@/api/client";
import { useList } from "@/api/lists";
import { asProblem, faultsOf } from "@/api/problem";
import { queries } from "@/api/queries";
import type { HookView, IssuedHookView, NewHookIn } from "@/api/schema";
import { ConfirmWithReason } from "@/parts/ConfirmWithReason";
import { type Column, DataTable } from "@/parts/DataTable";
import { PageHead } from "@/parts/PageHead";
import { Reference } from "@/parts/Reference";
import { Secret } from "@/parts/Secret";
import { Empty } from "@/parts/states/Empty";
import { ErrorNotice } from "@/parts/states/ErrorNotice";

import { OnOff } from "@/views/setup/outside/Webhooks";

const PATH = "/api/v1/inbound-hooks";
const KINDS: NewHookIn["kind"][] = ["internal", "goods", "sensor", "gateway", "equipment", "customer"];
const PRESETS = ["plain", "alertmanager", "grafana"] as const;
const again = () => queries.invalidateQueries({ queryKey: ["list", PATH] });

export default function Hooks() {
  const { t } = useTranslation(["setup", "words"]);
  const list = useList(PATH, {});
  const [making, make] = useState(false);
  const [made, setMade] = useState<IssuedHookView | null>(null);
  const [asked, ask] = useState<{ hook: HookView; act: "rotate" | "remove" } | null>(null);

  async function act(reason: string) {
    if (!asked) return;
    const { hook } = asked;
    const params = {
      path: { key: hook.key },
      query: reason ? { reason } : {},
      header: ifMatch(hook.version),
    };
    if (asked.act === "remove") await api.DELETE("/api/v1/inbound-hooks/{key}", { params });
    else {
      const { data } = await api.POST("/api/v1/inbound-hooks/{key}/rotate", { params });
      if (data) setMade(data);
    }
    await again();
  }

  const acts = (one: HookView) => (
    <Group gap="xs" justify="flex-end">
      <Button size="compact-sm" variant="default" onClick={() => ask({ hook: one, act: "rotate" })}>
        {t("outside.rotate")}
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => ask({ hook: one, act: "remove" })}>
        {t("remove")}
      </Button>
    </Group>
  );
  const columns: Column<HookView>[] = [
    { key: "name", head: t("name"), cell: (one) => <Named hook={one} /> },
    { key: "kind", head: t("hooks.kind"), cell: (one) => t(`words:ticket.kind.${one.kind}`, one.kind) },
    { key: "state", head: t("users.state_head"), cell: (one) => <OnOff off={one.disabled} /> },
    { key: "acts", head: "", cell: acts, end: true },
  ];
  return (
    <>
      <PageHead
        title={t("tool.hooks")}
        actions={
          <Button leftSection={<Plus aria-hidden size={16} />} onClick={() => make(true)}>
            {t("add")}
          </Button>
        }
      >
        {t("hooks.what")}
      </PageHead>
      <Stack>
        {made && <Secret title={t("outside.secret", { name: made.name })} secret={made.secret} />}
        <DataTable
          list={list}
          columns={columns}
          rowKey={(one) => one.id}
          label={t("tool.hooks")}
          empty={<Empty title={t("hooks.none")}>{t("hooks.none_why")}</Empty>}
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
        <NewHook
          onClose={() => make(false)}
          onMade={(found) => {
            setMade(found);
            make(false);
            void again();
          }}
        />
      )}
      <ConfirmWithReason
        opened={asked !== null}
        title={asked?.hook.name ?? ""}
        act={t(asked?.act === "remove" ? "remove" : "outside.rotate")}
        danger={asked?.act === "remove"}
        reason="optional"
        onConfirm={act}
        onClose={() => ask(null)}
      >
        {t(asked?.act === "remove" ? "outside.remove_what" : "hooks.rotate_what")}
      </ConfirmWithReason>
    </>
  );
}

function Named({ hook }: { hook: HookView }) {
  return (
    <Stack gap={0}>
      <Text size="sm" fw={600}>
        {hook.name}
      </Text>
      <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
        {`${location.origin}/api/v1/hooks/${hook.key}`}
      </Text>
    </Stack>
  );
}

function NewHook({ onClose, onMade }: { onClose: () => void; onMade: (made: IssuedHookView) => void }) {
  const { t } = useTranslation(["setup", "words"]);
  const [name, setName] = useState("");
  const [key, setKey] = useState("");
  const [kind, setKind] = useState<NewHookIn["kind"]>("internal");
  const [preset, setPreset] = useState<(typeof PRESETS)[number]>("plain");
  const [zone, setZone] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const faults = faultsOf(problem === null ? [] : asProblem(problem).errors);
  async function send() {
    setBusy(true);
    try {
      const body: NewHookIn = {
        name: name.trim(),
        key: key.trim(),
        kind,
        preset,
        zone,
        enabled: true,
        resolves: "comment",
      };
      const { data } = await api.POST("/api/v1/inbound-hooks", { body });
      if (data) onMade(data);
    } catch (thrown) {
      setProblem(thrown);
      setBusy(false);
    }
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("hooks.new")}
      centered
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <Stack>
          <TextInput
            label={t("name")}
            required
            value={name}
            error={faults["name"]}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TextInput
            label={t("key")}
            description={t("hooks.key_help")}
            required
            value={key}
            error={faults["key"]}
            onChange={(event) => setKey(event.currentTarget.value)}
          />
          <Select
            label={t("hooks.preset")}
            data={PRESETS.map((value) => ({ value, label: t(`hooks.presets.${value}`) }))}
            value={preset}
            allowDeselect={false}
            onChange={(value) => value && setPreset(value as typeof preset)}
          />
          <Select
            label={t("hooks.kind")}
            data={KINDS.map((value) => ({ value, label: t(`words:ticket.kind.${value}`, value) }))}
            value={kind}
            allowDeselect={false}
            onChange={(value) => value && setKind(value as typeof kind)}
          />
          <Reference label={t("hooks.zone")} path="/api/v1/zones" value={zone} onChange={setZone} />
          {problem !== null && <ErrorNotice problem={problem} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("back")}
            </Button>
            <Button type="submit" loading={busy} disabled={!name.trim() || !key.trim()}>
              {t("add")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
