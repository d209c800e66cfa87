/** What stands around the views before log-in: the name of the house, the language, the theme. */
import { Card, Center, Group, Stack, Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { LanguageSwitch } from "@/shell/LanguageSwitch";
import { ThemeSwitch } from "@/shell/ThemeSwitch";

export function Frame({ title, children }: { title: string; children: ReactNode }) {
  const { t } = useTranslation("shell");
  useEffect(() => {
    document.title = `${title} · ${t("name")}`;
  }, [title, t]);
  return (
    <Center mih="100dvh" p="md" component="main">
      <Stack w={380} maw="100%">
        <Group justify="space-between">
          <Group gap="xs">
            <img src="/icon.svg" alt="" width={32} height={32} />
            <Title order={1} size="h3">
              {t("name")}
            </Title>
          </Group>
          <Group gap={4}>
            <LanguageSwitch />
            <ThemeSwitch />
          </Group>
        </Group>
        <Card withBorder padding="lg">
          <Title order={2} size="h4" mb="md">
            {title}
          </Title>
          {children}
        </Card>
      </Stack>
    </Center>
  );
}
