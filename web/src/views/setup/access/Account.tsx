/** One's own account: how one is told, the password, and where one is logged in. */
import { Button, Group, PasswordInput, Stack, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { useList } from "@/api/lists";
import { useActing } from "@/parts/acting";
import { PageHead } from "@/parts/PageHead";
import { Section } from "@/parts/Section";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";
import { useSession } from "@/shell/session";
import { SessionLine } from "@/views/setup/access/Sessions";
import { Telling } from "@/views/setup/access/Telling";

export default function Account() {
  const { t } = useTranslation("setup");
  const { person_name, person, name } = useSession();
  return (
    <>
      <PageHead title={t("tool.account")}>{person_name || person || name}</PageHead>
      <Stack gap="xl" maw={640}>
        <Telling />
        <Password />
        <OwnSessions />
      </Stack>
    </>
  );
}

function Password() {
  const { t } = useTranslation("setup");
  const [password, setPassword] = useState("");
  const [wanted, setWanted] = useState("");
  const { busy, problem, act } = useActing();
  async function change() {
    await api.PUT("/api/v1/me/password", { body: { password, new_password: wanted } });
    setPassword("");
    setWanted("");
    notifications.show({ message: t("account.changed"), color: "green" });
  }
  return (
    <Section title={t("account.password")} onSend={() => act(change, "/api/v1/me/sessions")}>
      <Stack>
        <PasswordInput
          label={t("account.now")}
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <PasswordInput
          label={t("account.new")}
          description={t("account.new_help")}
          autoComplete="new-password"
          required
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
        {problem !== null && <ErrorNotice problem={problem} />}
        <Group>
          <Button type="submit" loading={busy} disabled={!password || !wanted}>
            {t("account.change")}
          </Button>
        </Group>
      </Stack>
    </Section>
  );
}

function OwnSessions() {
  const { t } = useTranslation("setup");
  const list = useList("/api/v1/me/sessions", {});
  const [problem, setProblem] = useState<unknown>(null);
  async function end(id: string) {
    try {
      await api.DELETE("/api/v1/me/sessions/{id}", { params: { path: { id } } });
      list.again();
    } catch (thrown) {
      setProblem(thrown);
    }
  }
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {t("account.sessions")}
      </Title>
      <Stack>
        {list.loading && <Loading rows={2} />}
        {(list.problem ?? problem) !== null && (
          <ErrorNotice problem={list.problem ?? problem} again={list.again} />
        )}
        {list.items.map((one) => (
          <Group key={one.id} justify="space-between" wrap="nowrap">
            <SessionLine session={one} />
            {!one.current && (
              <Button size="compact-sm" variant="default" onClick={() => void end(one.id)}>
                {t("sessions.end")}
              </Button>
            )}
          </Group>
        ))}
      </Stack>
    </section>
  );
}
