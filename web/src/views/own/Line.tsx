/** One thing of one's own: what it is, how it stands, and what one can do. */
import { Card, Group, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import style from "@/views/mine/Mine.module.css";

interface Props {
  head: ReactNode;
  badges: ReactNode;
  children: ReactNode;
  foot?: ReactNode;
}

export function Line({ head, badges, children, foot }: Props) {
  return (
    <li>
      <Card withBorder padding="sm" h="100%">
        <Stack gap={6} h="100%">
          <Group gap="xs">{badges}</Group>
          <Text component="div" className={style["words"] ?? ""}>
            {head}
          </Text>
          <Text size="sm" c="dimmed" component="div" className={style["words"] ?? ""}>
            {children}
          </Text>
          {foot && <div className={style["foot"]}>{foot}</div>}
        </Stack>
      </Card>
    </li>
  );
}
