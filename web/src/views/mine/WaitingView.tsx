/** Everything that waits on this device, and what became of what was refused. */
import { CloudCheck } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useWaiting } from "@/offline/useOutbox";
import { PageHead } from "@/parts/PageHead";
import { Empty } from "@/parts/states/Empty";
import { WaitingList } from "@/views/mine/WaitingList";

export default function WaitingView() {
  const { t } = useTranslation("offline");
  const all = useWaiting();
  return (
    <>
      <PageHead title={t("waits.title")}>{t("waits.what")}</PageHead>
      {all.length === 0 ? (
        <Empty title={t("waits.none")} icon={CloudCheck}>
          {t("waits.none_why")}
        </Empty>
      ) : (
        <WaitingList all={all} />
      )}
    </>
  );
}
