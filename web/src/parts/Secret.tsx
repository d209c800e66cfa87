/** Something that is shown this once: to be copied now. */
import { Alert, Button, Code, CopyButton, Group, Stack, Text } from "@mantine/core";
import { Check, Copy, KeyRound } from "lucide-react";
import { useTranslation } from "react-i18next";

export function Secret({ title, secret, children }: { title: string; secret: string; children?: string }) {
  const { t } = useTranslation("states");
  return (
    <Alert color="teal" icon={<KeyRound aria-hidden />} title={title} role="status">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{children ?? t("secret.once")}</Text>
        <Group gap="xs">
          <Code fz="sm" data-secret style={{ overflowWrap: "anywhere" }}>
            {secret}
          </Code>
          <CopyButton value={secret}>
            {({ copied, copy }) => (
              <Button
                size="xs"
                variant="default"
                onClick={copy}
                leftSection={copied ? <Check aria-hidden size={14} /> : <Copy aria-hidden size={14} />}
              >
                {t(copied ? "secret.copied" : "secret.copy")}
              </Button>
            )}
          </CopyButton>
        </Group>
      </Stack>
    </Alert>
  );
}
