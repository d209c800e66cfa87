/** The first user of an installation, with the link that the service printed when it was started. */
import { Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useNavigate } from "react-router";
import { api } from "@/api/client";
import { asProblem } from "@/api/problem";
import { welcome } from "@/api/queries";
import { to } from "@/links";
import { useActing } from "@/parts/acting";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { language } from "@/texts";
import { keyFrom } from "@/views/first-run/keys";
import { Frame } from "@/views/log-in/Frame";

export default function SetUp() {
  const { t } = useTranslation("first-run");
  const token = useLocation().hash.slice(1);
  const go = useNavigate();
  const [name, setName] = useState("");
  const [key, setKey] = useState<string>();
  const [password, setPassword] = useState("");
  const { busy, problem, act } = useActing();
  const user = key ?? keyFrom(name, "admin", []);
  const over = problem !== null && asProblem(problem).status === 404;

  async function enter() {
    await api.POST("/api/v1/set-up", {
      body: { token, key: user, name: name.trim(), language: language() === "zh" ? "zh" : "en", password },
    });
    const { data } = await api.POST("/api/v1/login", { body: { name: user, password } });
    welcome(data);
    await go(to.firstRun(), { replace: true });
  }

  return (
    <Frame title={t("set_up.title")}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void act(enter);
        }}
      >
        <Stack>
          <Text>{token ? t("set_up.what") : t("set_up.no_token")}</Text>
          <TextInput
            label={t("set_up.name")}
            autoComplete="name"
            required
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TextInput
            label={t("set_up.key")}
            description={t("set_up.key_why")}
            autoComplete="username"
            required
            value={name || key ? user : ""}
            onChange={(event) => setKey(event.currentTarget.value)}
          />
          <PasswordInput
            label={t("set_up.password")}
            description={t("set_up.password_why")}
            autoComplete="new-password"
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {over ? (
            <Text role="alert">{t("set_up.over")}</Text>
          ) : (
            problem !== null && <ErrorNotice problem={problem} />
          )}
          <Button type="submit" loading={busy} disabled={!token}>
            {t("set_up.enter")}
          </Button>
        </Stack>
      </form>
    </Frame>
  );
}
