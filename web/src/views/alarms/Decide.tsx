/** What becomes of the goods after an excursion: of each lot that was there, or of all of them. */
import { SegmentedControl, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { AlarmFull, DecideIn } from "@/api/schema";
import { ConfirmWithReason } from "@/parts/ConfirmWithReason";
import { actOn } from "@/views/alarms/acts";

type Said = NonNullable<DecideIn["decision"]>;
const ALL: Said[] = ["released", "rejected", "no_harm"];
/** For goods that no record names. */
const UNNAMED = "";

export function Decide({
  alarm,
  opened,
  onClose,
}: {
  alarm: AlarmFull;
  opened: boolean;
  onClose: () => void;
}) {
  const { t } = useTranslation("alarms");
  const [said, say] = useState<Record<string, Said>>({});
  const lots = alarm.lots.length > 0 ? alarm.lots : [UNNAMED];
  const of = (lot: string): Said => said[lot] ?? "no_harm";
  function decide(reason: string) {
    const named = Object.fromEntries(alarm.lots.map((lot) => [lot, of(lot)]));
    const decision = alarm.lots.length > 0 ? null : of(UNNAMED);
    return actOn(alarm, "decide", { decision, lots: named, reason });
  }
  return (
    <ConfirmWithReason
      opened={opened}
      title={t("act.decide")}
      act={t("act.decide")}
      onConfirm={decide}
      onClose={onClose}
    >
      <Stack gap="sm">
        <Text size="sm">{t("decide.what")}</Text>
        {lots.map((lot) => (
          <Stack key={lot} gap={4}>
            <Text size="sm" fw={600}>
              {lot || t("decide.unnamed")}
            </Text>
            <SegmentedControl
              aria-label={lot || t("decide.unnamed")}
              data={ALL.map((value) => ({ value, label: t(`decide.${value}`) }))}
              value={of(lot)}
              onChange={(value) => say({ ...said, [lot]: value as Said })}
            />
          </Stack>
        ))}
      </Stack>
    </ConfirmWithReason>
  );
}
