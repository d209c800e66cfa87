/** Who may log in: inviting, inviting again, disabling, ending sessions. */
import { Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { UserPlus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api } from "@/api/client";
import { useList } from "@/api/lists";
import { queries } from "@/api/queries";
import type { InvitationView, UserView } from "@/api/schema";
import { to } from "@/links";
import { Badge, type Tone } from "@/parts/Badge";
import { ConfirmWithReason } from "@/parts/ConfirmWithReason";
import type { Column } from "@/parts/DataTable";
import { FormDialog } from "@/parts/FormDialog";
import { Reference } from "@/parts/Reference";
import { Secret } from "@/parts/Secret";
import { TimeText } from "@/parts/TimeText";
import { Sessions } from "@/views/setup/access/Sessions";
import { Listing } from "@/views/setup/Listing";

type Act = "disable" | "enable" | "invitation";
const TONES: Record<string, Tone> = {
  active: "good",
  disabled: "danger",
  invited: "info",
  without: "caution",
};
const again = () => queries.invalidateQueries({ queryKey: ["list", "/api/v1/users"] });

export default function Users() {
  const { t } = useTranslation(["setup", "words"]);
  const list = useList("/api/v1/users", {});
  const [inviting, invite] = useState(false);
  const [made, setMade] = useState<InvitationView | null>(null);
  const [asked, ask] = useState<{ user: UserView; act: Act } | null>(null);
  const [watched, watch] = useState<UserView | null>(null);

  async function act(reason: string) {
    if (!asked) return;
    const params = { path: { key: asked.user.person }, query: reason ? { reason } : {} };
    if (asked.act === "invitation") {
      const { data } = await api.POST("/api/v1/users/{key}/invitation", { params });
      setMade(data ?? null);
    } else if (asked.act === "disable") await api.POST("/api/v1/users/{key}/disable", { params });
    else await api.POST("/api/v1/users/{key}/enable", { params });
    await again();
  }

  const acts = (one: UserView) => (
    <Acts user={one} onAct={(name) => ask({ user: one, act: name })} onSessions={() => watch(one)} />
  );
  const state = (one: UserView) => (
    <Badge tone={TONES[one.state] ?? "quiet"}>{t(`users.state.${one.state}`, one.state)}</Badge>
  );
  const columns: Column<UserView>[] = [
    { key: "person", head: t("name"), cell: (one) => <Named user={one} /> },
    { key: "role", head: t("role"), cell: (one) => t(`words:lists.word.role.${one.role}`, one.role) },
    { key: "scope", head: t("keys.scope"), cell: (one) => one.customer ?? one.site ?? one.carrier ?? "–" },
    { key: "state", head: t("users.state_head"), cell: state },
    { key: "made", head: t("users.since"), cell: (one) => <TimeText at={one.created} /> },
    { key: "acts", head: "", cell: acts, end: true },
  ];
  return (
    <Listing
      tool="users"
      list={list}
      columns={columns}
      rowKey={(one) => one.person}
      act={t("users.invite")}
      icon={UserPlus}
      onAct={() => invite(true)}
      above={
        made && (
          <Secret
            title={t("users.invited", { name: made.user.name || made.user.person })}
            secret={made.link || made.token}
          >
            {t(made.link ? "users.link_once" : "users.token_once")}
          </Secret>
        )
      }
      card={(one) => (
        <Stack gap={4}>
          <Group justify="space-between">
            <Named user={one} />
            {state(one)}
          </Group>
          {acts(one)}
        </Stack>
      )}
    >
      {inviting && (
        <Invite
          onClose={() => invite(false)}
          onMade={(found) => {
            setMade(found);
            invite(false);
          }}
        />
      )}
      <ConfirmWithReason
        opened={asked !== null}
        title={asked ? t(`users.${asked.act}_title`, { name: asked.user.name || asked.user.person }) : ""}
        act={t(`users.${asked?.act ?? "disable"}`)}
        danger={asked?.act === "disable"}
        reason="optional"
        onConfirm={act}
        onClose={() => ask(null)}
      >
        {asked && t(`users.${asked.act}_what`)}
      </ConfirmWithReason>
      {watched && <Sessions user={watched} onClose={() => watch(null)} />}
    </Listing>
  );
}

function Named({ user }: { user: UserView }) {
  return (
    <Stack gap={0}>
      <Anchor component={Link} to={to.listed("people", user.person)} fw={600}>
        {user.name || user.person}
      </Anchor>
      {user.name && (
        <Text size="xs" c="dimmed">
          {user.person}
        </Text>
      )}
    </Stack>
  );
}

function Acts({
  user,
  onAct,
  onSessions,
}: {
  user: UserView;
  onAct: (act: Act) => void;
  onSessions: () => void;
}) {
  const { t } = useTranslation("setup");
  const off = user.state === "disabled";
  return (
    <Group gap="xs" justify="flex-end">
      {!off && (
        <Button size="compact-sm" variant="default" onClick={() => onAct("invitation")}>
          {t("users.invitation")}
        </Button>
      )}
      <Button size="compact-sm" variant="default" onClick={onSessions}>
        {t("users.sessions")}
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => onAct(off ? "enable" : "disable")}>
        {t(off ? "users.enable" : "users.disable")}
      </Button>
    </Group>
  );
}

function Invite({ onClose, onMade }: { onClose: () => void; onMade: (made: InvitationView) => void }) {
  const { t } = useTranslation("setup");
  const [person, choose] = useState<string | null>(null);
  async function send() {
    const { data } = await api.POST("/api/v1/users", { body: { person: person ?? "" } });
    await again();
    if (data) onMade(data);
  }
  return (
    <FormDialog
      title={t("users.invite")}
      act={t("users.invite")}
      ready={person !== null}
      onSend={send}
      onClose={onClose}
    >
      {(faults) => (
        <>
          <Text size="sm">{t("users.invite_what")}</Text>
          <Reference
            label={t("users.person")}
            path="/api/v1/people"
            value={person}
            error={faults["person"]}
            onChange={choose}
            required
          />
          <Anchor component={Link} to={to.listed("people", "+")} size="sm">
            {t("users.new_person")}
          </Anchor>
        </>
      )}
    </FormDialog>
  );
}
