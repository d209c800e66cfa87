/** The stops of a shipment in a line, with what was meant and what came of it. */
import { Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import type { ProgressView } from "@/api/schema";
import { Badge } from "@/parts/Badge";
import { useFormat } from "@/parts/format";
import { Empty } from "@/parts/states/Empty";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";
import { StageBadge } from "@/views/places/states";
import style from "@/views/shipments/Progress.module.css";

const AGAIN_MS = 30_000;

interface Stop {
  key: string;
  place: string | null;
  mode?: string;
  departed?: string | null;
  departs?: string | null;
  arrived?: string | null;
  arrives?: string | null;
  lateS?: number | null;
}

/** The stops of a way: where each leg begins, and where the last one ends. */
export function stopsOf({ legs }: ProgressView): Stop[] {
  const stops = legs.map((leg, n): Stop => {
    const before = legs[n - 1];
    return {
      key: String(n),
      place: leg.origin,
      mode: leg.mode,
      departed: leg.departed,
      departs: leg.expected_departure,
      ...(before && {
        arrived: before.arrived,
        arrives: before.expected_arrival,
        lateS: before.late_by_s,
      }),
    };
  });
  const last = legs.at(-1);
  if (!last) return [];
  const { destination, arrived, expected_arrival: arrives, late_by_s: lateS } = last;
  return [...stops, { key: String(legs.length), place: destination, arrived, arrives, lateS }];
}

export function Progress({ shipment, clock }: { shipment: string; clock?: string }) {
  const { t } = useTranslation("shipments");
  const format = useFormat();
  const { data, error, refetch } = ask.useQuery(
    "get",
    "/api/v1/shipments/{key}/progress",
    { params: { path: { key: shipment } } },
    { refetchInterval: AGAIN_MS },
  );
  if (error) return <ErrorNotice problem={error} again={() => void refetch()} />;
  if (!data) return <Loading rows={2} />;
  const stops = stopsOf(data);
  if (stops.length === 0) return <Empty title={t("no_legs")}>{t("no_legs_why")}</Empty>;
  return (
    <Stack>
      <Group gap={8}>
        <StageBadge stage={data.stage} />
        {data.late_by_s !== null && data.late_by_s > 0 && (
          <Badge tone="warning">{t("late", { time: format.duration(data.late_by_s * 1000) })}</Badge>
        )}
      </Group>
      <ol className={style["stops"]} aria-label={t("stops")}>
        {stops.map((stop, n) => (
          <li
            key={stop.key}
            className={style["stop"]}
            data-reached={!!(stop.departed || stop.arrived) || undefined}
            data-gone={!!stop.departed || undefined}
            data-last={n === stops.length - 1 || undefined}
          >
            <Text fw={600}>{stop.place ?? "–"}</Text>
            <Times stop={stop} {...(clock ? { clock } : {})} />
          </li>
        ))}
      </ol>
    </Stack>
  );
}

function Times({ stop, clock }: { stop: Stop; clock?: string }) {
  const { t } = useTranslation("shipments");
  const format = useFormat();
  const at = (when: string) => format.moment(when, clock, "short");
  const { arrived, arrives, departed, departs, mode, lateS } = stop;
  return (
    <Stack gap={0}>
      {(arrived || arrives) && (
        <Text size="sm">
          {arrived ? t("arrived_at", { time: at(arrived) }) : t("arrives_at", { time: at(arrives ?? "") })}
        </Text>
      )}
      {!!lateS && lateS > 0 && (
        <Text size="xs" c="dimmed">
          {t("late", { time: format.duration(lateS * 1000) })}
        </Text>
      )}
      {(departed || departs) && (
        <Text size="sm">
          {departed ? t("departed_at", { time: at(departed) }) : t("departs_at", { time: at(departs ?? "") })}
        </Text>
      )}
      {mode && (
        <Text size="xs" c="dimmed">
          {t(`mode.${mode}`)}
        </Text>
      )}
    </Stack>
  );
}
