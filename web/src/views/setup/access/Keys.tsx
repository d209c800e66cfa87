/** Keys for programs: issuing one (its secret is shown once), and revoking. */
import { Button, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { useList } from "@/api/lists";
import { queries } from "@/api/queries";
import type { IssuedView, KeyIn, KeyView } from "@/api/schema";
import { Badge } from "@/parts/Badge";
import { ConfirmWithReason } from "@/parts/ConfirmWithReason";
import type { Column } from "@/parts/DataTable";
import { FormDialog } from "@/parts/FormDialog";
import { Reference } from "@/parts/Reference";
import { Secret } from "@/parts/Secret";
import { TimeText } from "@/parts/TimeText";
import { Listing } from "@/views/setup/Listing";
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
    <Listing
      tool="keys"
      list={list}
      columns={columns}
      rowKey={(one) => one.id}
      act={t("keys.issue")}
      icon={KeyRound}
      onAct={() => issue(true)}
      above={made && <Secret title={t("keys.issued", { name: made.name })} secret={made.secret} />}
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
    >
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
    </Listing>
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
  const scope = SCOPES[role];
  async function send() {
    const body: KeyIn = {
      name: name.trim(),
      role,
      expires: momentOf(expires),
      ...(scope ? { [scope]: bound } : {}),
    };
    const { data } = await api.POST("/api/v1/keys", { body });
    await again();
    if (data) onMade(data);
  }
  return (
    <FormDialog
      title={t("keys.issue")}
      act={t("keys.issue")}
      ready={name.trim() !== "" && (scope === undefined || bound !== null)}
      onSend={send}
      onClose={onClose}
    >
      {(faults) => (
        <>
          <TextInput
            label={t("keys.name")}
            description={t("keys.name_help")}
            required
            value={name}
            error={faults["name"]}
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
            error={faults["expires"]}
            onChange={(event) => setExpires(event.currentTarget.value)}
          />
        </>
      )}
    </FormDialog>
  );
}
