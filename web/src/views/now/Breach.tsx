/** When a limit will be passed: between when and when, and how long that is from now. */
import { Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { BreachView } from "@/api/schema";
import { Countdown } from "@/parts/Countdown";
import { useFormat } from "@/parts/format";

export function Breach({ breach, zone }: { breach: BreachView; zone: string | null }) {
  const { t } = useTranslation(["now", "words"]);
  const format = useFormat();
  const { p10, p50, p90 } = breach;
  const moment = (at: string) => format.moment(at, zone ?? undefined, "short");
  const likely = p50 ?? p10;
  const limit = t(`breach.${breach.side === "low" ? "low" : "high"}`, {
    quantity: t(`words:quantity.${breach.quantity}`, breach.quantity),
    limit: format.value(breach.limit, breach.unit),
  });
  return (
    <div>
      <Text size="sm">{limit}</Text>
      <Group gap="xs">
        {likely && (
          <Countdown
            to={likely}
            label={t("breach.likely")}
            why={t("breach.why", { probability: format.share(breach.probability, 0) })}
          />
        )}
        <Text size="sm" c="dimmed">
          {p10 && p90 && t("breach.between", { from: moment(p10), to: moment(p90) })}
          {p10 && !p90 && t("breach.open", { from: moment(p10) })}
          {zone && ` (${zone})`}
        </Text>
      </Group>
    </div>
  );
}
