/** What has to be entered at the gateway, and a message to try it with; the password is shown this once. */
import { Alert, SimpleGrid, Stack } from "@mantine/core";
import { KeyRound } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { IssuedCredentialView } from "@/api/schema";
import { CopyText } from "@/parts/CopyText";

/** The message within the command to copy. */
function messageIn(command: string): string {
  return /-m '(.*)'$/s.exec(command)?.[1] ?? '{"device": "try-it", "temperature": 20.0}';
}

export function Connection({ issued }: { issued: IssuedCredentialView }) {
  const { t } = useTranslation("first-run");
  return (
    <Stack>
      <Alert color="harbour" icon={<KeyRound aria-hidden />} title={t("connection.once")}>
        {t("connection.once_why")}
      </Alert>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <CopyText label={t("connection.address")} text={issued.broker.address} />
        <CopyText label={t("connection.topic")} text={issued.publish[0] ?? ""} />
        <CopyText label={t("connection.user")} text={issued.gateway} />
        <CopyText label={t("connection.password")} text={issued.secret} />
      </SimpleGrid>
      <CopyText label={t("connection.message")} text={messageIn(issued.try_it)} />
      <CopyText label={t("connection.command")} text={issued.try_it} />
    </Stack>
  );
}
