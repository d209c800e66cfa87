/** An invitation: choose one's own password, then log in. The secret stands behind `#`, where no log sees it. */
import { Anchor, Button, PasswordInput, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";
import { api } from "@/api/client";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Frame } from "@/views/log-in/Frame";

export default function Invitation() {
  const { t } = useTranslation("log-in");
  const token = useLocation().hash.slice(1);
  const [password, setPassword] = useState("");
  const [state, setState] = useState<"asking" | "busy" | "done">("asking");
  const [problem, setProblem] = useState<unknown>(null);

  async function accept() {
    setState("busy");
    try {
      await api.POST("/api/v1/invitations/accept", { body: { token, password } });
      setState("done");
    } catch (thrown) {
      setProblem(thrown);
      setState("asking");
    }
  }

  if (state === "done")
    return (
      <Frame title={t("invitation.done")}>
        <Anchor component={Link} to="/">
          {t("title")}
        </Anchor>
      </Frame>
    );
  return (
    <Frame title={t("invitation.title")}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void accept();
        }}
      >
        <Stack>
          <Text>{t("invitation.what")}</Text>
          <PasswordInput
            label={t("new_password")}
            autoComplete="new-password"
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {problem !== null && <ErrorNotice problem={problem} />}
          <Button type="submit" loading={state === "busy"} disabled={!token}>
            {t("invitation.accept")}
          </Button>
        </Stack>
      </form>
    </Frame>
  );
}
