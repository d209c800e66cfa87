/** What an alarm or a window is about, in words: "zone room-0", not "zone:room-0". */
import { useTranslation } from "react-i18next";

export function About({ subject }: { subject: string }) {
  const { t } = useTranslation(["alarms", "words"]);
  const [kind = "", key = "", quantity] = subject.split(":");
  const named = t("about_thing", { kind: t(`subject.${kind}`, kind), key });
  return <>{quantity ? `${named} (${t(`words:quantity.${quantity}`, quantity)})` : named}</>;
}

/** Kinds begin small, as they stand within sentences; as a head they begin with a capital. */
export function asHead(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
