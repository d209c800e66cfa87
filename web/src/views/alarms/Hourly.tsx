/** How alarms came hour by hour: a bar for each, those beyond what people can take told apart. */
import { SegmentedControl } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { AlarmQualityView } from "@/api/schema";
import { Bars } from "@/parts/Bars";
import { type Kind, useFilters } from "@/parts/filters";
import { useFormat } from "@/parts/format";
import { Section } from "@/parts/Section";
import { MOST_AN_HOUR } from "@/views/alarms/QualityFigures";

const CHOSEN = { hours: "text" } as const satisfies Record<string, Kind>;
const SPANS = { day: 24, week: 168 };

export function Hourly({ quality: { hours, load, operators } }: { quality: AlarmQualityView }) {
  const { t } = useTranslation("alarms");
  const format = useFormat();
  const [chosen, choose] = useFilters(CHOSEN);
  const span = chosen.hours === "week" ? "week" : "day";
  const limit = MOST_AN_HOUR * operators;
  const bars = useMemo(
    () =>
      hours.slice(-SPANS[span]).map(({ hour, alarms }) => ({
        key: hour,
        label: format.moment(hour, undefined, "short"),
        values: [Math.min(alarms, limit), Math.max(alarms - limit, 0)],
      })),
    [hours, span, limit, format],
  );
  return (
    <Section
      title={t("quality.hours")}
      hint={t("quality.hours_about", {
        most: format.number(load.most_in_ten_minutes, 0),
        limit: format.number(limit, 0),
      })}
      actions={
        <SegmentedControl
          aria-label={t("quality.hours_span")}
          size="xs"
          data={(["day", "week"] as const).map((value) => ({ value, label: t(`quality.hours_${value}`) }))}
          value={span}
          onChange={(value) => choose({ hours: value === "day" ? undefined : value })}
        />
      }
    >
      <Bars
        label={t("quality.hours")}
        parts={[
          { name: t("quality.hours_within"), tone: "info" },
          { name: t("quality.hours_above"), tone: "danger" },
        ]}
        bars={bars}
        limit={{ value: limit, label: t("quality.hours_limit", { n: format.number(limit, 0) }) }}
      />
    </Section>
  );
}
