/** Where somebody is logged in now, and ending all of it. */
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ask } from "@/api/client";
import type { SessionView, UserView } from "@/api/schema";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";
import { TimeText } from "@/parts/TimeText";

export function Sessions({ user, onClose }: { user: UserView; onClose: () => void }) {
  const { t } = useTranslation("setup");
  const params = { path: { key: user.person } };
  const { data, error, refetch } = ask.useQuery("get", "/api/v1/users/{key}/sessions", { params });
  const [problem, setProblem] = useState<unknown>(null);
  async function end() {
    try {
      await api.POST("/api/v1/users/{key}/sessions/end", { params });
      await refetch();
    } catch (thrown) {
      setProblem(thrown);
    }
  }
  const items = data?.items ?? [];
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("sessions.of", { name: user.name || user.person })}
      centered
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <Stack>
        {error ? <ErrorNotice problem={error} again={() => void refetch()} /> : !data && <Loading rows={2} />}
        {data && items.length === 0 && <Text c="dimmed">{t("sessions.none")}</Text>}
        {items.map((one) => (
          <SessionLine key={one.id} session={one} />
        ))}
        {problem !== null && <ErrorNotice problem={problem} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("close")}
          </Button>
          <Button color="red" disabled={items.length === 0} onClick={() => void end()}>
            {t("sessions.end_all")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

/** One session: on what, and when it was seen last. */
export function SessionLine({ session }: { session: SessionView }) {
  const { t } = useTranslation("setup");
  return (
    <div>
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        {session.agent || t("sessions.unknown")}
      </Text>
      <Text size="xs" c="dimmed">
        {t("sessions.seen")} <TimeText at={session.last_seen} show="both" />
        {session.current && ` · ${t("sessions.this")}`}
      </Text>
    </div>
  );
}
