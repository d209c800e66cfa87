/** The other language, named in itself. */
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { speak } from "@/texts";

const NAMES = { en: "English", zh: "中文" } as const;

export function LanguageSwitch() {
  const { i18n } = useTranslation();
  const other = i18n.language === "zh" ? "en" : "zh";
  return (
    <Button
      variant="subtle"
      size="compact-sm"
      lang={other === "zh" ? "zh-CN" : "en"}
      onClick={() => void speak(other, true)}
    >
      {NAMES[other]}
    </Button>
  );
}
