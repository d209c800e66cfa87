/** The views about alarms. */
import { useTranslation } from "react-i18next";
import { to } from "@/links";
import { SubNavigation } from "@/parts/SubNavigation";
import { useSession } from "@/shell/session";

export function AlarmTabs() {
  const { t } = useTranslation("alarms");
  const { may } = useSession();
  const places = [
    { path: to.alarms(), name: t("tab.alarms"), act: "alarms.read" },
    { path: to.maintenance(), name: t("tab.maintenance"), act: "maintenance.read" },
    { path: to.alarmQuality(), name: t("tab.quality"), act: "quality.read" },
  ].filter(({ act }) => may(act));
  return places.length > 1 ? <SubNavigation places={places} label={t("title")} /> : null;
}
