/** What a device measured, one quantity at a time, its battery and radio signal among them; both stand in the address. */
import { Group, SegmentedControl, Select } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useList } from "@/api/lists";
import { Readings } from "@/parts/chart/Readings";
import { type Kind, useFilters } from "@/parts/filters";
import { Section } from "@/parts/Section";
import { Empty } from "@/parts/states/Empty";
import { Loading } from "@/parts/states/Loading";

const CHOSEN = { quantity: "text", span: "text" } as const satisfies Record<string, Kind>;
const DAY_S = 86_400;
const SPANS = { day: DAY_S, week: 7 * DAY_S, month: 30 * DAY_S, year: 365 * DAY_S };
type Span = keyof typeof SPANS;
/** What a device says of itself comes behind what it measures. */
const OWN = ["battery_voltage", "battery_level", "rssi", "snr", "spreading_factor", "frame_counter"];

export function DeviceCurves({ device }: { device: string }) {
  const { t } = useTranslation(["devices", "words"]);
  const [chosen, choose] = useFilters(CHOSEN);
  const series = useList("/api/v1/series", { device });
  const names = useMemo(
    () =>
      [...new Set(series.items.map((one) => one.quantity))].sort(
        (a, b) => OWN.indexOf(a) - OWN.indexOf(b) || a.localeCompare(b),
      ),
    [series.items],
  );
  const quantity = chosen.quantity ?? names[0];
  const span: Span = chosen.span && chosen.span in SPANS ? (chosen.span as Span) : "week";
  const first = useMemo((): [number, number] => {
    const now = Math.ceil(Date.now() / 1000);
    return [now - SPANS[span], now + SPANS[span] / 50];
  }, [span]);
  const selection = useMemo(() => ({ device, ...(quantity && { quantity }) }), [device, quantity]);
  const name = quantity ? t(`words:quantity.${quantity}`, quantity) : "";
  return (
    <Section
      title={t("curves")}
      actions={
        <Group gap="xs">
          <Select
            aria-label={t("quantity")}
            data={names.map((value) => ({ value, label: t(`words:quantity.${value}`, value) }))}
            value={quantity ?? null}
            onChange={(value) => choose({ quantity: value ?? undefined })}
            allowDeselect={false}
          />
          <SegmentedControl
            aria-label={t("span.title")}
            data={(Object.keys(SPANS) as Span[]).map((value) => ({ value, label: t(`span.${value}`) }))}
            value={span}
            onChange={(value) => choose({ span: value === "week" ? undefined : value })}
          />
        </Group>
      }
    >
      {series.loading && <Loading rows={1} height={280} />}
      {!series.loading && names.length === 0 && <Empty title={t("no_series")}>{t("no_series_why")}</Empty>}
      {quantity && (
        <Readings
          key={`${quantity} ${span}`}
          selection={selection}
          first={first}
          label={`${device} ${name}`}
        />
      )}
    </Section>
  );
}
