/** How a device is: what goes on about it, its battery, and when its calibration ends. */
import { Group, Text } from "@mantine/core";
import {
  BatteryFull,
  BatteryLow,
  BatteryWarning,
  CalendarClock,
  CircleCheck,
  TriangleAlert,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import type { DeviceConditionView } from "@/api/schema";
import { Badge } from "@/parts/Badge";
import { useFormat } from "@/parts/format";
import { useNow } from "@/parts/now";

const DAY_MS = 86_400_000;
const SOON_DAYS = 30;

/** The days until a moment; negative once it is past. */
function daysTo(at: string, nowMs: number): number {
  return Math.floor((Date.parse(at) - nowMs) / DAY_MS);
}

/** What goes on about it, each thing once; or that nothing does. */
export function Health({ device }: { device: DeviceConditionView }) {
  const { t } = useTranslation(["devices", "findings"]);
  const kinds = [...new Set(device.standing.map((one) => one.kind))];
  if (kinds.length === 0)
    return (
      <Badge tone="good" icon={CircleCheck}>
        {t("healthy")}
      </Badge>
    );
  return (
    <Group gap={4}>
      {kinds.map((kind) => (
        <Badge key={kind} tone="warning" icon={TriangleAlert}>
          {t(`findings:kind.${kind}`, kind)}
        </Badge>
      ))}
    </Group>
  );
}

/** The charge as far as it is known, and when it will be at its end. */
export function Battery({ battery }: { battery: DeviceConditionView["battery"] }) {
  const { t } = useTranslation("devices");
  const format = useFormat();
  const nowMs = useNow(60_000);
  if (!battery) return <Text c="dimmed">–</Text>;
  const end = battery.end_of_life?.p50;
  const days = end === undefined ? Number.POSITIVE_INFINITY : daysTo(end, nowMs);
  const level =
    battery.level_pct === null
      ? format.value(battery.voltage_v, "V", 2)
      : format.value(battery.level_pct, "%", 0);
  const [tone, icon] =
    days < SOON_DAYS / 2
      ? (["danger", BatteryWarning] as const)
      : days < 3 * SOON_DAYS
        ? (["caution", BatteryLow] as const)
        : (["quiet", BatteryFull] as const);
  return (
    <Group gap={6} wrap="nowrap">
      <Badge tone={tone} icon={icon}>
        {level}
      </Badge>
      {end !== undefined && (
        <Text size="sm" component="span" title={format.moment(end)}>
          {days < 0 ? t("battery.over") : t("battery.until", { date: format.day(end) })}
        </Text>
      )}
    </Group>
  );
}

/** When the first of its certificates runs out. */
export function CalibrationDue({ due }: { due: string | null }) {
  const { t } = useTranslation("devices");
  const format = useFormat();
  const nowMs = useNow(60_000);
  if (due === null) return <Text c="dimmed">–</Text>;
  const days = daysTo(due, nowMs);
  if (days >= SOON_DAYS) return <span>{format.day(due)}</span>;
  return (
    <Badge tone={days < 0 ? "danger" : "caution"} icon={CalendarClock} title={format.moment(due)}>
      {days < 0
        ? t("calibration.over", { date: format.day(due) })
        : t("calibration.soon", { date: format.day(due) })}
    </Badge>
  );
}
