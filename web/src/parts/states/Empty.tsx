/** There is nothing: what that means, and what one can do. */
import { Stack, Text, Title } from "@mantine/core";
import { Inbox, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

interface Props {
  title: string;
  children?: ReactNode;
  icon?: LucideIcon;
  action?: ReactNode;
}

export function Empty({ title, children, icon: Icon = Inbox, action }: Props) {
  return (
    <Stack align="center" gap="xs" py="xl" ta="center">
      <Icon aria-hidden size={36} strokeWidth={1.5} color="var(--mantine-color-dimmed)" />
      <Title order={2} size="h4">
        {title}
      </Title>
      {children && (
        <Text c="dimmed" maw={480} component="div">
          {children}
        </Text>
      )}
      {action}
    </Stack>
  );
}
