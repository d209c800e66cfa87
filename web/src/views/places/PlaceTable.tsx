/** Places as a table, on a phone as cards. */
import { Anchor, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { List } from "@/api/lists";
import type { PlaceView } from "@/api/schema";
import { to } from "@/links";
import { Countdown } from "@/parts/Countdown";
import { type Column, DataTable } from "@/parts/DataTable";
import { TimeText } from "@/parts/TimeText";
import { StandBadge, useKind } from "@/views/places/states";

/** What has been fetched whole, as a list. */
export function whole<One>(items: One[]): List<One> {
  const nothing = () => undefined;
  return {
    items,
    problem: null,
    loading: false,
    stale: false,
    more: false,
    fetchMore: nothing,
    again: nothing,
  };
}

export function PlaceTable({ places, label }: { places: PlaceView[]; label: string }) {
  const { t } = useTranslation("places");
  const columns: Column<PlaceView>[] = [
    { key: "state", head: t("column.state"), cell: (one) => <StandBadge stand={one.state} /> },
    { key: "name", head: t("column.name"), cell: (one) => <Named place={one} /> },
    { key: "why", head: t("column.why"), cell: (one) => <Why place={one} /> },
    { key: "work", head: t("column.work"), cell: (one) => <Work place={one} /> },
    { key: "heard", head: t("column.heard"), cell: (one) => <Heard place={one} /> },
  ];
  return (
    <DataTable
      list={whole(places)}
      columns={columns}
      rowKey={(one) => one.zone ?? `site ${one.site}`}
      label={label}
      empty={null}
      card={(one) => <Card place={one} />}
    />
  );
}

function Named({ place }: { place: PlaceView }) {
  const key = place.zone ?? place.site ?? "";
  return (
    <Stack gap={0} miw={0}>
      <Anchor component={Link} to={place.zone ? to.zone(key) : to.site(key)} fw={600}>
        {place.name || key}
      </Anchor>
      <Text size="xs" c="dimmed">
        {[place.zone && place.site, place.name && place.name !== key ? key : null]
          .filter(Boolean)
          .join(" · ")}
      </Text>
    </Stack>
  );
}

/** The alarm that matters most, or the breach that is foretold. */
function Why({ place: { worst, breach } }: { place: PlaceView }) {
  const { t } = useTranslation("places");
  const kind = useKind();
  if (worst)
    return (
      <Stack gap={0}>
        <Anchor component={Link} to={to.alarm(worst.alarm)}>
          {kind(worst.kind)}
        </Anchor>
        <Text size="xs" c="dimmed">
          {t("since")} <TimeText at={worst.since} />
        </Text>
      </Stack>
    );
  if (breach?.p50)
    return <Countdown to={breach.p50} label={t("breach")} why={t("breach_why", { band: breach.band })} />;
  return <Text c="dimmed">–</Text>;
}

function Work({ place: { work } }: { place: PlaceView }) {
  const { t } = useTranslation("places");
  if (work.live === 0) return <Text c="dimmed">–</Text>;
  return (
    <Stack gap={0}>
      <span>{t("work", { count: work.live })}</span>
      {work.overdue > 0 && (
        <Text size="xs" c="red">
          {t("overdue", { count: work.overdue })}
        </Text>
      )}
    </Stack>
  );
}

function Heard({ place: { newest_reading: newest, time_zone: zone } }: { place: PlaceView }) {
  const { t } = useTranslation("states");
  if (!newest) return <Text c="dimmed">{t("stale.never")}</Text>;
  return <TimeText at={newest} {...(zone ? { zone } : {})} />;
}

function Card({ place }: { place: PlaceView }) {
  return (
    <Stack gap="xs">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Named place={place} />
        <StandBadge stand={place.state} />
      </Group>
      <Group justify="space-between" align="flex-end">
        <Why place={place} />
        <Text size="sm" c="dimmed" component="div">
          <Heard place={place} />
        </Text>
      </Group>
    </Stack>
  );
}
