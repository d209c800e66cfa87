/** Keys for programs: issuing one (its secret is shown once), and revoking. */
import { Button, Group, Modal, Select, Stack, Text, TextInput } from "@mantine/core";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { useList } from "@/api/lists";
import { queries } from "@/api/queries";
import type { IssuedView, KeyIn, KeyView } from "@/api/schema";
import { Badge } from "@/parts/Badge";
import { ConfirmWithReason } from "@/parts/ConfirmWithReason";
import { type Column, DataTable } from "@/parts/DataTable";
import { PageHead } from "@/parts/PageHead";
import { Reference } from "@/parts/Reference";
import { Secret } from "@/parts/Secret";
import { Empty } from "@/parts/states/Empty";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { TimeText } from "@/parts/TimeText";
import { momentOf } from "@/views/setup/lists/values";

const ROLES: KeyIn["role"][] = [
  "integrator",
  "viewer",
  "customer",
  "gateway",
  "keeper",
  "carrier",
  "driver",
  "engineer",
  "quality",
  "supervisor",
  "admin",
];
type Scope = "customer" | "gateway" | "site" | "carrier";
/** What a key of a role is bound to. */
const SCOPES: Partial<Record<KeyIn["role"], Scope>> = {
  customer: "customer",
  gateway: "gateway",
  keeper: "site",
  driver: "carrier",
  carrier: "carrier",
};
const again = () => queries.invalidateQueries({ queryKey: ["list", "/api/v1/keys"] });

export default function Keys() {
  const { t } = useTranslation(["setup", "words"]);
  const list = useList("/api/v1/keys", {});
  const [issuing, issue] = useState(false);
  const [made, setMade] = useState<IssuedView | null>(null);
  const [revoking, revoke] = useState<KeyView | null>(null);
  const state = (one: KeyView) =>
    one.revoked ? (
      <Badge tone="quiet">{t("keys.revoked")}</Badge>
    ) : (
      <Badge tone="good">{t("keys.valid")}</Badge>
    );
  const act = (one: KeyView) =>
    !one.revoked && (
      <Button size="compact-sm" variant="default" onClick={() => revoke(one)}>
        {t("keys.revoke")}
      </Button>
    );
  const columns: Column<KeyView>[] = [
    { key: "name", head: t("name"), cell: (one) => <Named one={one} /> },
    { key: "role", head: t("role"), cell: (one) => t(`words:lists.word.role.${one.role}`, one.role) },
    { key: "scope", head: t("keys.scope"), cell: scopeOf },
    {
      key: "used",
      head: t("keys.used"),
      cell: (one) => (one.last_used ? <TimeText at={one.last_used} /> : "–"),
    },
    {
      key: "expires",
      head: t("keys.expires"),
      cell: (one) => (one.expires ? <TimeText at={one.expires} /> : "–"),
    },
    { key: "state", head: t("users.state_head"), cell: state },
    { key: "act", head: "", cell: act, end: true },
  ];
  return (
    <>
      <PageHead
        title={t("tool.keys")}
        actions={
          <Button leftSection={<KeyRound aria-hidden size={16} />} onClick={() => issue(true)}>
            {t("keys.issue")}
          </Button>
        }
      >
        {t("keys.what")}
      </PageHead>
      <Stack>
        {made && <Secret title={t("keys.issued", { name: made.name })} secret={made.secret} />}
        <DataTable
          list={list}
          columns={columns}
          rowKey={(one) => one.id}
          label={t("tool.keys")}
          empty={<Empty title={t("keys.none")}>{t("keys.none_why")}</Empty>}
          card={(one) => (
            <Stack gap={4}>
              <Group justify="space-between">
                <Named one={one} />
                {state(one)}
              </Group>
              <Group justify="space-between">
                <Text size="sm">{t(`words:lists.word.role.${one.role}`, one.role)}</Text>
                {act(one)}
              </Group>
            </Stack>
          )}
        />
      </Stack>
      {issuing && (
        <Issue
          onClose={() => issue(false)}
          onMade={(found) => {
            setMade(found);
            issue(false);
          }}
        />
      )}
      <ConfirmWithReason
        opened={revoking !== null}
        title={t("keys.revoke_title", { name: revoking?.name ?? "" })}
        act={t("keys.revoke")}
        danger
        reason="optional"
        onConfirm={async (reason) => {
          const params = { path: { id: revoking?.id ?? "" }, query: reason ? { reason } : {} };
          await api.POST("/api/v1/keys/{id}/revoke", { params });
          await again();
        }}
        onClose={() => revoke(null)}
      >
        {t("keys.revoke_what")}
      </ConfirmWithReason>
    </>
  );
}

function scopeOf(one: KeyView): string {
  return one.customer ?? one.site ?? one.gateway ?? one.carrier ?? one.person ?? "–";
}

function Named({ one }: { one: KeyView }) {
  return (
    <Stack gap={0}>
      <Text size="sm" fw={600}>
        {one.name}
      </Text>
      <Text size="xs" c="dimmed">
        kw_{one.hint}…
      </Text>
    </Stack>
  );
}

function Issue({ onClose, onMade }: { onClose: () => void; onMade: (made: IssuedView) => void }) {
  const { t } = useTranslation(["setup", "words"]);
  const [name, setName] = useState("");
  const [role, setRole] = useState<KeyIn["role"]>("integrator");
  const [bound, bind] = useState<string | null>(null);
  const [expires, setExpires] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const scope = SCOPES[role];
  async function send() {
    setBusy(true);
    try {
      const body: KeyIn = {
        name: name.trim(),
        role,
        expires: momentOf(expires),
        ...(scope ? { [scope]: bound } : {}),
      };
      const { data } = await api.POST("/api/v1/keys", { body });
      await again();
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
      title={t("keys.issue")}
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
            label={t("keys.name")}
            description={t("keys.name_help")}
            required
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
          />
          <Select
            label={t("role")}
            data={ROLES.map((value) => ({ value, label: t(`words:lists.word.role.${value}`) }))}
            value={role}
            allowDeselect={false}
            onChange={(value) => {
              setRole(value as KeyIn["role"]);
              bind(null);
            }}
          />
          {scope && (
            <Reference
              label={t(`keys.of.${scope}`)}
              path={`/api/v1/${scope}s`}
              value={bound}
              onChange={bind}
              required
            />
          )}
          <TextInput
            type="datetime-local"
            label={t("keys.expires")}
            description={t("keys.expires_help")}
            value={expires}
            onChange={(event) => setExpires(event.currentTarget.value)}
          />
          {problem !== null && <ErrorNotice problem={problem} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("back")}
            </Button>
            <Button type="submit" loading={busy} disabled={!name.trim() || (scope !== undefined && !bound)}>
              {t("keys.issue")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
