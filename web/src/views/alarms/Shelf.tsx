/** That an alarm is put aside, or waits for a second person to agree. */
import { Alert, Text } from "@mantine/core";
import { CirclePause } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { ShelfView } from "@/api/schema";
import { useFormat } from "@/parts/format";
import { who } from "@/views/alarms/Alarms";

export function Shelf({ shelf }: { shelf: ShelfView }) {
  const { t } = useTranslation("alarms");
  const format = useFormat();
  const until = format.moment(shelf.until);
  return (
    <Alert
      color="blue"
      icon={<CirclePause aria-hidden />}
      title={shelf.waits_for_second ? t("shelf.waits_title") : t("shelf.title", { until })}
    >
      <Text size="sm">{t("shelf.by", { who: who(shelf.by), reason: shelf.reason })}</Text>
      {shelf.waits_for_second && <Text size="sm">{t("shelf.waits_why", { until })}</Text>}
      {shelf.confirmed_by && <Text size="sm">{t("shelf.confirmed", { who: who(shelf.confirmed_by) })}</Text>}
      {shelf.state === "one_shot_shelved" && <Text size="sm">{t("shelf.one_shot")}</Text>}
    </Alert>
  );
}
