/** What is shown was kept on this device: how old it is. */
import { Alert } from "@mantine/core";
import { CloudOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/parts/format";
import { useNow } from "@/parts/now";

export function KeptNotice({ at }: { at: string }) {
  const { t } = useTranslation("mine");
  const format = useFormat();
  const nowMs = useNow(10_000);
  const params = { at: format.moment(at, undefined, "short"), ago: format.relative(at, nowMs) };
  return (
    <Alert
      color="yellow"
      icon={<CloudOff aria-hidden />}
      title={t("kept.title", params)}
      role="status"
      data-kept
    >
      {t("kept.what")}
    </Alert>
  );
}
