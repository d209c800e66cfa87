/** What a place is and how it stands, in one look. */
import { Anchor, Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { PlaceView, Zone } from "@/api/schema";
import { to } from "@/links";
import { Countdown } from "@/parts/Countdown";
import { Facts } from "@/parts/Facts";
import { useFormat } from "@/parts/format";
import { Stale } from "@/parts/states/Stale";
import { TimeText } from "@/parts/TimeText";
import { StandBadge, useKind } from "@/views/places/states";

/** A place from which nothing was heard for so long is called old here; alarms go by each sensor's own patience. */
const OLD_S = 3_600;

interface Props {
  zone: Zone;
  standing?: PlaceView;
  clock?: string;
}

export function ZoneHead({ zone, standing, clock }: Props) {
  const { t } = useTranslation("places");
  const format = useFormat();
  const kind = useKind();
  const { worst, breach, newest_reading: newest = null } = standing ?? {};
  const clocked = clock ? { zone: clock } : {};
  return (
    <Facts
      facts={[
        [
          t("column.state"),
          standing && (
            <Group gap={6}>
              <StandBadge stand={standing.state} />
              <Stale last={newest} afterS={OLD_S} />
            </Group>
          ),
        ],
        [
          t("column.why"),
          worst && (
            <Anchor component={Link} to={to.alarm(worst.alarm)}>
              {kind(worst.kind)}
            </Anchor>
          ),
        ],
        [
          t("breach"),
          breach?.p50 && (
            <Countdown to={breach.p50} label={t("breach")} why={t("breach_why", { band: breach.band })} />
          ),
        ],
        [t("column.heard"), newest && <TimeText at={newest} {...clocked} />],
        [
          t("fact.site"),
          zone.site && (
            <Anchor component={Link} to={to.site(zone.site)}>
              {zone.site}
            </Anchor>
          ),
        ],
        [t("fact.time_zone"), clock],
        [t("fact.climate_control"), t(`control.${zone.climate_control}`)],
        [t("fact.profile"), zone.profile],
        [t("fact.area"), zone.area_m2 === null ? null : format.value(zone.area_m2, "m²", 0)],
        [t("fact.volume"), zone.volume_m3 === null ? null : format.value(zone.volume_m3, "m³", 0)],
      ]}
    />
  );
}
