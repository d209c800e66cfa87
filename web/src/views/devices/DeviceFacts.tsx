/** Everything that is known of a device: where it is, its battery, its radio. */
import { Anchor } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { DeviceConditionView } from "@/api/schema";
import { to } from "@/links";
import { Facts } from "@/parts/Facts";
import { type Format, useFormat } from "@/parts/format";
import { TimeText } from "@/parts/TimeText";
import { CalibrationDue } from "@/views/devices/DeviceBadges";

type Fact = [string, ReactNode];

/** What is known, as it is written; nothing where it is not known. */
function known<T>(value: T | null | undefined, told: (value: T) => ReactNode): ReactNode {
  return value === null || value === undefined ? null : told(value);
}

export function DeviceFacts({ device }: { device: DeviceConditionView }) {
  const { t } = useTranslation(["devices", "words"]);
  const format = useFormat();
  const place = known(device.place, (key) => (
    <Anchor component={Link} to={to.zone(key)}>
      {key}
    </Anchor>
  ));
  const facts: Fact[] = [
    [t("fact.place"), place ?? t("nowhere")],
    [
      t("fact.gateway"),
      <Anchor key="gateway" component={Link} to={to.gateway(device.gateway)}>
        {device.gateway}
      </Anchor>,
    ],
    [t("fact.model"), device.model],
    [t("fact.last"), known(device.last_seen, (at) => <TimeText at={at} show="both" />)],
    [t("fact.interval"), known(device.interval_s, (s) => format.duration(s * 1000))],
    [t("fact.calibration"), known(device.calibration_due, (due) => <CalibrationDue due={due} />)],
    ...useBattery(device.battery, format),
    [t("fact.rssi"), known(device.rssi_dbm, (dbm) => format.value(dbm, "dBm", 0))],
    [t("fact.snr"), known(device.snr_db, (db) => format.value(db, "dB"))],
    [t("fact.spreading"), known(device.spreading_factor, (factor) => format.number(factor))],
    [t("fact.lost"), known(device.lost_share, (share) => format.share(share))],
    [t("fact.restarts"), known(device.restarts, (n) => format.number(n))],
    [t("fact.clock"), known(device.clock_offset_s, (s) => format.value(s, "s", 0))],
    [t("fact.mains"), known(device.mains_power, (on) => (on ? t("mains.on") : t("mains.off")))],
  ];
  return <Facts facts={facts} />;
}

function useBattery(battery: DeviceConditionView["battery"], format: Format): Fact[] {
  const { t } = useTranslation(["devices", "words"]);
  if (!battery) return [];
  const unit = battery.voltage_v === null ? "%" : "V";
  const end = known(battery.end_of_life, ({ p10, p50, p90 }) =>
    t("battery.between", { likely: format.day(p50), early: format.day(p10), late: format.day(p90) }),
  );
  return [
    [t("fact.voltage"), known(battery.voltage_v, (volts) => format.value(volts, "V", 2))],
    [t("fact.level"), known(battery.level_pct, (percent) => format.value(percent, "%", 0))],
    [t("fact.cells"), t(`words:cells.${battery.taken_for}`, battery.taken_for)],
    [t("fact.fall"), known(battery.fall_per_day, (fall) => format.value(fall, unit, 4))],
    [t("fact.cut_off"), known(battery.cut_off, (least) => format.value(least, unit, 2))],
    [t("fact.end"), end],
  ];
}
