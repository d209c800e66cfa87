/** One place: how it stands, when its limit will be passed, the open work, and when it was last heard. */
import { Anchor, Group, Stack, Text } from "@mantine/core";
import { ListChecks, Truck } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { PlaceView } from "@/api/schema";
import { to } from "@/links";
import { SeverityBadge } from "@/parts/badges";
import { Countdown } from "@/parts/Countdown";
import { TimeText } from "@/parts/TimeText";
import { Breach } from "@/views/now/Breach";
import { lookOf, StandBadge } from "@/views/now/stands";
import style from "./Now.module.css";

interface Props {
  place: PlaceView;
  /** Where its name leads. */
  where: string;
  /** IANA zone in which its moments are told. */
  zone: string | null;
  children?: ReactNode;
}

export function PlaceCard({ place, where, zone, children }: Props) {
  const [tone] = lookOf(place.state);
  return (
    <article className={style["place"]} data-tone={tone}>
      <Group justify="space-between" wrap="nowrap" align="flex-start" gap="xs">
        <Anchor component={Link} to={where} fw={600} c="inherit" className={style["name"] ?? ""}>
          {place.site === null && <Truck aria-hidden size={16} />}
          {place.name}
        </Anchor>
        <StandBadge state={place.state} />
      </Group>
      {place.state === "excursion" && <Worst place={place} zone={zone} />}
      {place.breach && <Breach breach={place.breach} zone={zone} />}
      <Foot place={place} zone={zone} />
      {children}
    </article>
  );
}

function Worst({ place: { worst }, zone }: { place: PlaceView; zone: string | null }) {
  const { t } = useTranslation("now");
  if (!worst) return null;
  return (
    <Group gap="xs">
      <SeverityBadge severity={worst.severity} />
      <Text size="sm">
        {t("since")} <TimeText at={worst.since} {...(zone ? { zone } : {})} show="both" />
      </Text>
      <Anchor component={Link} to={to.alarm(worst.alarm)} size="sm">
        {t("alarm")}
      </Anchor>
    </Group>
  );
}

/** What is asked of the desk, and whether anything is heard from there. */
function Foot({ place, zone }: { place: PlaceView; zone: string | null }) {
  const { t } = useTranslation("now");
  const { work, newest_reading } = place;
  return (
    <Group justify="space-between" gap="xs">
      <Work place={place} />
      <Text
        size="xs"
        c={place.state === "silent" ? "inherit" : "dimmed"}
        fw={place.state === "silent" ? 600 : 400}
      >
        {newest_reading ? (
          <>
            {t("newest")} <TimeText at={newest_reading} {...(zone ? { zone } : {})} />
          </>
        ) : (
          t("never")
        )}
        {work.live === 0 && ` · ${t("no_work")}`}
      </Text>
    </Group>
  );
}

function Work({ place: { work, site, zone } }: { place: PlaceView }) {
  const { t } = useTranslation("now");
  if (work.live === 0) return null;
  const filter = zone ? `zone=${encodeURIComponent(zone)}` : `site=${encodeURIComponent(site ?? "")}`;
  const due = [work.act_by, work.deadline].filter((at) => typeof at === "string").sort()[0];
  const late = work.overdue > 0 ? t("late", { count: work.overdue }) : "";
  return (
    <Stack gap={2} align="flex-start">
      <Anchor component={Link} to={to.desk(filter)} size="sm" className={style["work"] ?? ""}>
        <ListChecks aria-hidden size={16} />
        {t("work", { count: work.live })}
        {late && <b>{late}</b>}
      </Anchor>
      {due && (
        <Countdown to={due} label={t("due")} why={due === work.act_by ? t("act_by_why") : t("due_why")} />
      )}
    </Stack>
  );
}
