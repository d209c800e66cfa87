/** Inside WeChat or WeCom: what does not work there, and how to open the page in a browser. Said once on a device. */
import { Alert, Button, CopyButton, Group, Stack, Text } from "@mantine/core";
import { Check, Copy, ExternalLink } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { insideOf } from "@/parts/inApp";

const KEPT = "keepwell-in-app-told";

export function InApp() {
  const { t } = useTranslation("offline");
  const [told, tell] = useState(() => localStorage.getItem(KEPT) !== null);
  if (!insideOf || told) return null;
  function close() {
    localStorage.setItem(KEPT, "1");
    tell(true);
  }
  return (
    <Alert
      color="harbour"
      icon={<ExternalLink aria-hidden />}
      title={t("in_app.title", { program: t(`in_app.${insideOf}`) })}
      mb="md"
      role="note"
      data-in-app={insideOf}
    >
      <Stack gap="xs">
        <Text size="sm">{t("in_app.what")}</Text>
        <Text size="sm" fw={600}>
          {t(`in_app.how.${insideOf}`)}
        </Text>
        <Group gap="xs">
          <CopyButton value={location.href}>
            {({ copied, copy }) => (
              <Button
                size="sm"
                variant="default"
                onClick={copy}
                leftSection={copied ? <Check aria-hidden size={16} /> : <Copy aria-hidden size={16} />}
              >
                {copied ? t("in_app.copied") : t("in_app.copy")}
              </Button>
            )}
          </CopyButton>
          <Button size="sm" variant="subtle" onClick={close}>
            {t("in_app.close")}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
