/** Putting an alarm aside: for how long (within the limits), and why. */
import { Alert, Checkbox, Select, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { AlarmFull } from "@/api/schema";
import { ConfirmWithReason } from "@/parts/ConfirmWithReason";
import { useFormat } from "@/parts/format";
import { actOn } from "@/views/alarms/acts";
import { shelvingMinutes, untilOf } from "@/views/alarms/asked";

const MINUTE_MS = 60_000;

export function Shelve({
  alarm,
  opened,
  onClose,
}: {
  alarm: AlarmFull;
  opened: boolean;
  onClose: () => void;
}) {
  const { t } = useTranslation("alarms");
  const format = useFormat();
  const choices = shelvingMinutes(alarm.severity);
  const [minutes, setMinutes] = useState(choices[1] ?? 30);
  const [oneShot, setOneShot] = useState(false);
  const critical = alarm.severity === "critical";
  const shelve = (reason: string) =>
    actOn(alarm, "shelve", { until: untilOf(minutes, Date.now()), reason, one_shot: oneShot });
  return (
    <ConfirmWithReason
      opened={opened}
      title={t("act.shelve")}
      act={critical ? t("shelve.ask") : t("act.shelve")}
      onConfirm={shelve}
      onClose={onClose}
    >
      <Stack gap="sm">
        <Text size="sm">{t("shelve.what")}</Text>
        {critical && <Alert color="yellow">{t("shelve.critical")}</Alert>}
        <Select
          label={t("shelve.for")}
          description={critical ? t("shelve.most_critical") : t("shelve.most")}
          data={choices.map((each) => ({ value: String(each), label: format.duration(each * MINUTE_MS) }))}
          value={String(minutes)}
          onChange={(value) => setMinutes(Number(value))}
          allowDeselect={false}
        />
        <Checkbox
          label={t("shelve.one_shot")}
          checked={oneShot}
          onChange={(event) => setOneShot(event.currentTarget.checked)}
        />
      </Stack>
    </ConfirmWithReason>
  );
}
