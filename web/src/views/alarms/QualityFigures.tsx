/** The figures of alarm quality, each beside what it should be. */
import { List, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { AlarmQualityView } from "@/api/schema";
import { Facts } from "@/parts/Facts";
import { useFormat } from "@/parts/format";
import { Section } from "@/parts/Section";
import { Gauge } from "@/views/alarms/Gauge";
import style from "@/views/alarms/Gauge.module.css";

type Of = { quality: AlarmQualityView };

/** Acceptable by EEMUA 191, each person. */
export const MOST_AN_HOUR = 6;
const MOST_A_DAY = 144;
const MOST_IN_TEN = 1;
const MOST_FLOOD_SHARE = 0.01;
/** Fewer than this should need nothing done. */
const LEAST_WANTED = 0.9;

/** How much comes. */
export function Load({ quality: { load, floods } }: Of) {
  const { t } = useTranslation("alarms");
  const format = useFormat();
  const most = (n: number) => t("quality.at_most", { n: format.number(n, 0) });
  return (
    <Section title={t("quality.load")} hint={t("quality.load_about", { count: load.alarms })}>
      <div className={style["grid"]}>
        <Gauge
          name={t("quality.per_hour")}
          told={format.number(load.per_operator_hour, 2)}
          value={load.per_operator_hour}
          target={MOST_AN_HOUR}
          aim={most(MOST_AN_HOUR)}
          good="below"
          most={2 * MOST_AN_HOUR}
        />
        <Gauge
          name={t("quality.per_day")}
          told={format.number(load.per_operator_day)}
          value={load.per_operator_day}
          target={MOST_A_DAY}
          aim={most(MOST_A_DAY)}
          good="below"
          most={2 * MOST_A_DAY}
        />
        <Gauge
          name={t("quality.per_ten")}
          told={format.number(load.per_operator_ten_minutes, 2)}
          value={load.per_operator_ten_minutes}
          target={MOST_IN_TEN}
          aim={most(MOST_IN_TEN)}
          good="below"
          most={2 * MOST_IN_TEN}
        />
        <Gauge
          name={t("quality.flood_share")}
          told={format.share(floods.share_of_time, 2)}
          value={floods.share_of_time}
          target={MOST_FLOOD_SHARE}
          aim={t("quality.at_most", { n: format.share(MOST_FLOOD_SHARE) })}
          good="below"
          most={2 * MOST_FLOOD_SHARE}
        />
      </div>
    </Section>
  );
}

/** How much of it needed something done. */
export function Wanted({ quality: { action, acknowledged_median_s: median, acknowledged_p90_s: late } }: Of) {
  const { t } = useTranslation("alarms");
  const format = useFormat();
  const share = action.needed_action_share;
  return (
    <Section title={t("quality.wanted")} hint={t("quality.wanted_about")}>
      <div className={style["grid"]}>
        {share === null ? (
          <Text size="sm">{t("quality.not_judged")}</Text>
        ) : (
          <Gauge
            name={t("quality.share")}
            told={format.share(share)}
            value={share}
            target={LEAST_WANTED}
            aim={t("quality.at_least", { n: format.share(LEAST_WANTED) })}
            good="above"
            most={1}
          />
        )}
        <Facts
          facts={[
            [t("quality.tickets"), format.number(action.tickets, 0)],
            [t("quality.judged"), format.number(action.judged, 0)],
            [t("quality.withdrawn"), format.number(action.withdrawn + action.cancelled, 0)],
            [t("quality.median"), median !== null && format.duration(median * 1000)],
            [t("quality.p90"), late !== null && format.duration(late * 1000)],
          ].map(([name, value]) => [name as string, value === false ? null : value])}
        />
      </div>
    </Section>
  );
}

/** Shares of low, medium and high priority. */
export function Mix({ mix }: { mix: AlarmQualityView["mix"] }) {
  const { t } = useTranslation("alarms");
  const format = useFormat();
  return (
    <Section title={t("quality.mix")} hint={t("quality.mix_about")}>
      <div className={style["grid"]}>
        {(["low", "medium", "high"] as const).map((name) => (
          <Gauge
            key={name}
            name={t(`quality.mix_${name}`)}
            told={format.share(mix[name])}
            value={mix[name]}
            target={mix[`${name}_target`]}
            aim={t("quality.about_so_many", { n: format.share(mix[`${name}_target`]) })}
            good="near"
            most={1}
          />
        ))}
      </div>
    </Section>
  );
}

/** What only disturbs. */
export function Nuisance({ quality }: Of) {
  const { t } = useTranslation("alarms");
  const format = useFormat();
  return (
    <Section title={t("quality.nuisance")}>
      <Facts
        facts={[
          [t("quality.standing"), format.number(quality.standing, 0)],
          [t("quality.fleeting"), format.number(quality.fleeting, 0)],
          [t("quality.floods"), format.number(quality.floods.floods, 0)],
          [t("quality.shelved"), format.number(quality.shelved.length, 0)],
          [t("quality.chattering"), <Causes key="chattering" causes={quality.chattering} />],
          [t("quality.stale"), <Causes key="stale" causes={quality.stale} />],
        ]}
      />
    </Section>
  );
}

function Causes({ causes }: { causes: string[] }) {
  const { t } = useTranslation("alarms");
  if (causes.length === 0) return t("quality.no_causes");
  return (
    <List size="sm">
      {causes.map((cause) => (
        <List.Item key={cause}>{cause}</List.Item>
      ))}
    </List>
  );
}
