/** The head of every view: its title (also of the browser's tab), what it is about, and what one can do. */
import { Group, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "react-router";

interface Props {
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
}

/** Whether this is the first view of the visit: there the focus stays where the browser puts it. */
let first = true;

export function PageHead({ title, children, actions }: Props) {
  const { t } = useTranslation("shell");
  const { pathname } = useLocation();
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${t("name")}`;
  }, [title, t]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new address is a new view, whose head is read out
  useEffect(() => {
    if (!first) head.current?.focus();
    first = false;
  }, [pathname]);
  return (
    <Group justify="space-between" align="flex-start" mb="md">
      <Stack gap={2}>
        <Title
          order={1}
          size="h2"
          ref={head}
          tabIndex={-1}
          style={{ outline: "none", overflowWrap: "anywhere" }}
        >
          {title}
        </Title>
        {children && (
          <Text c="dimmed" component="div">
            {children}
          </Text>
        )}
      </Stack>
      {actions && <Group gap="xs">{actions}</Group>}
    </Group>
  );
}
