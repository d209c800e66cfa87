/** Inside WeChat or WeCom, beside what prints or keeps files: where that works. */
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { insideOf } from "@/parts/inApp";

export function InAppHint() {
  const { t } = useTranslation("states");
  return insideOf ? (
    <Text size="sm" mb="md" role="note">
      {t("in_app")}
    </Text>
  ) : null;
}
