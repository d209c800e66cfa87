/** All sensors: how they are, the battery that ends first on top. */
import { Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { Thermometer } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useList } from "@/api/lists";
import type { DeviceConditionView } from "@/api/schema";
import { to } from "@/links";
import { type Column, DataTable } from "@/parts/DataTable";
import { useFilters } from "@/parts/filters";
import { useFormat } from "@/parts/format";
import { PageHead } from "@/parts/PageHead";
import { Empty } from "@/parts/states/Empty";
import { Stale } from "@/parts/states/Stale";
import { TimeText } from "@/parts/TimeText";
import { FILTERS, NO_FILTERS, staleAfterS } from "@/views/devices/asked";
import { Battery, CalibrationDue, Health } from "@/views/devices/DeviceBadges";
import { DeviceFilters } from "@/views/devices/DeviceFilters";

export default function Devices() {
  const { t } = useTranslation(["devices", "findings"]);
  const format = useFormat();
  const [filters, change, filtered] = useFilters(FILTERS);
  const list = useList("/api/v1/devices/conditions", filters);
  const columns: Column<DeviceConditionView>[] = [
    { key: "name", head: t("column.device"), cell: (one) => <Named device={one} /> },
    { key: "health", head: t("column.health"), cell: (one) => <Health device={one} /> },
    { key: "battery", head: t("column.battery"), cell: (one) => <Battery battery={one.battery} /> },
    {
      key: "signal",
      head: t("column.signal"),
      cell: (one) => format.value(one.rssi_dbm, "dBm", 0),
      end: true,
    },
    { key: "last", head: t("column.last"), cell: (one) => <Last device={one} /> },
    { key: "place", head: t("column.place"), cell: (one) => <Where device={one} /> },
    {
      key: "calibration",
      head: t("column.calibration"),
      cell: (one) => <CalibrationDue due={one.calibration_due} />,
    },
    { key: "model", head: t("column.model"), cell: (one) => one.model || "–" },
  ];
  const nothing = filtered ? (
    <Empty
      title={t("none_found")}
      action={<Button onClick={() => change(NO_FILTERS)}>{t("show_all")}</Button>}
    >
      {t("none_found_why")}
    </Empty>
  ) : (
    <Empty title={t("none")} icon={Thermometer}>
      {t("none_why")}
    </Empty>
  );
  return (
    <>
      <PageHead title={t("title")}>{t("about")}</PageHead>
      <Stack>
        <DeviceFilters filters={filters} change={change} />
        <DataTable
          list={list}
          columns={columns}
          rowKey={(one) => one.device}
          label={t("title")}
          empty={nothing}
          card={(one) => <DeviceCard device={one} />}
        />
      </Stack>
    </>
  );
}

function Named({ device }: { device: DeviceConditionView }) {
  return (
    <Stack gap={0}>
      <Anchor component={Link} to={to.device(device.device)} fw={600}>
        {device.name || device.device}
      </Anchor>
      <Text size="xs" c="dimmed">
        {device.full_name}
      </Text>
    </Stack>
  );
}

/** When it spoke last; marked where that is too long ago. */
function Last({ device }: { device: DeviceConditionView }) {
  const { last_seen: last, interval_s } = device;
  return (
    <Stack gap={2} align="flex-start">
      {last !== null && <TimeText at={last} />}
      <Stale last={last} afterS={staleAfterS(interval_s)} />
    </Stack>
  );
}

function Where({ device }: { device: DeviceConditionView }) {
  const { t } = useTranslation("devices");
  if (device.place === null) return <Text c="dimmed">{t("nowhere")}</Text>;
  return (
    <Stack gap={0}>
      <Anchor component={Link} to={to.zone(device.place)}>
        {device.place}
      </Anchor>
      {device.site && (
        <Text size="xs" c="dimmed">
          {device.site}
        </Text>
      )}
    </Stack>
  );
}

function DeviceCard({ device }: { device: DeviceConditionView }) {
  const { t } = useTranslation("devices");
  return (
    <Stack gap="xs">
      <Group justify="space-between" align="flex-start">
        <Named device={device} />
        <Health device={device} />
      </Group>
      <Group justify="space-between">
        <Battery battery={device.battery} />
        <Last device={device} />
      </Group>
      <Group justify="space-between">
        <Text size="sm">{device.place ?? t("nowhere")}</Text>
        {device.calibration_due && <CalibrationDue due={device.calibration_due} />}
      </Group>
    </Stack>
  );
}
