/** A part of a view with a head of its own. */
import { Group, Paper, Text, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";

interface Props {
  title: string;
  /** What one has to know to read it. */
  hint?: ReactNode;
  actions?: ReactNode;
  /** What is in it is a form; its button is of the type `submit`. */
  onSend?: () => unknown;
  children: ReactNode;
}

export function Section({ title, hint, actions, onSend, children }: Props) {
  const head = useId();
  return (
    <Paper component="section" withBorder p="md" aria-labelledby={head}>
      <Group justify="space-between" align="flex-start" mb="sm" gap="xs">
        <div>
          <Title order={2} size="h4" id={head}>
            {title}
          </Title>
          {hint && (
            <Text size="sm" c="dimmed" component="div">
              {hint}
            </Text>
          )}
        </div>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      {onSend ? <Sent onSend={onSend}>{children}</Sent> : children}
    </Paper>
  );
}

function Sent({ onSend, children }: { onSend: () => unknown; children: ReactNode }) {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void onSend();
      }}
    >
      {children}
    </form>
  );
}
