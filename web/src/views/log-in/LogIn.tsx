/** Log in with a password; a password that somebody else chose is replaced on the way. */
import { Button, Code, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { type ApiProblem, asProblem } from "@/api/problem";
import { welcome } from "@/api/queries";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Frame } from "@/views/log-in/Frame";

interface Typed {
  name: string;
  password: string;
  new_password: string;
}

export default function LogIn() {
  const { t } = useTranslation("log-in");
  const form = useForm<Typed>({ initialValues: { name: "", password: "", new_password: "" } });
  const [due, setDue] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);

  async function enter({ name, password, new_password }: Typed) {
    setBusy(true);
    setProblem(null);
    try {
      const body = { name: name.trim(), password, ...(due ? { new_password } : {}) };
      const { data } = await api.POST("/api/v1/login", { body });
      welcome(data);
    } catch (thrown) {
      const found = asProblem(thrown);
      setDue(due || found.code === "password_change_due");
      setProblem(found);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Frame title={t("title")}>
      <form onSubmit={form.onSubmit((values) => void enter(values))}>
        <Stack>
          <TextInput label={t("name")} autoComplete="username" required {...form.getInputProps("name")} />
          <PasswordInput
            label={t("password")}
            autoComplete="current-password"
            required
            {...form.getInputProps("password")}
          />
          {due && (
            <PasswordInput
              label={t("new_password")}
              description={t("new_password_why")}
              autoComplete="new-password"
              required
              {...form.getInputProps("new_password")}
            />
          )}
          {problem && <ErrorNotice problem={problem} />}
          <Button type="submit" loading={busy}>
            {t("enter")}
          </Button>
          <Text size="sm" c="dimmed" component="div">
            {t("first")} <Code>keepwell user add anna --role admin</Code>
          </Text>
        </Stack>
      </form>
    </Frame>
  );
}
