/** The page has no connection: what it shows is as old as it says, and it catches up by itself. */
import { Alert } from "@mantine/core";
import { WifiOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useConnection } from "@/live/Live";

export function Offline() {
  const { t } = useTranslation("states");
  if (useConnection() !== "offline") return null;
  return (
    <Alert color="yellow" icon={<WifiOff aria-hidden />} title={t("offline.title")} mb="md" role="status">
      {t("offline.detail")}
    </Alert>
  );
}
