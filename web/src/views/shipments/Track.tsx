/** Where a shipment was: its positions as a plain line, north up, without a map from outside. Nothing where it told none. */
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import type { FixView } from "@/api/schema";
import { useFormat } from "@/parts/format";
import { Section } from "@/parts/Section";
import { TimeText } from "@/parts/TimeText";
import style from "@/views/shipments/Track.module.css";

const WIDTH = 640;
const MOST_HEIGHT = 420;
const EDGE = 16;
const MOST = 1000;
const DEG = Math.PI / 180;

export interface Drawn {
  points: [number, number][];
  height: number;
}

/** Positions on a sheet of WIDTH: equal distances east and north at the middle latitude. */
export function drawn(fixes: Pick<FixView, "latitude" | "longitude">[]): Drawn {
  const norths = fixes.map((one) => one.latitude);
  const middle = (Math.min(...norths) + Math.max(...norths)) / 2;
  const xs = fixes.map((one) => one.longitude * Math.cos(middle * DEG));
  const [west, east, south, north] = [
    Math.min(...xs),
    Math.max(...xs),
    Math.min(...norths),
    Math.max(...norths),
  ];
  const scale = Math.min(
    (WIDTH - 2 * EDGE) / Math.max(east - west, 1e-4),
    (MOST_HEIGHT - 2 * EDGE) / Math.max(north - south, 1e-4),
  );
  const height = Math.max((north - south) * scale, 40) + 2 * EDGE;
  const left = (WIDTH - (east - west) * scale) / 2;
  const points = fixes.map((one, i): [number, number] => [
    left + ((xs[i] ?? west) - west) * scale,
    height - EDGE - (one.latitude - south) * scale,
  ]);
  return { points, height };
}

export function Track({ shipment, clock }: { shipment: string; clock?: string }) {
  const { t } = useTranslation("shipments");
  const format = useFormat();
  const known = ask.useQuery(
    "get",
    "/api/v1/shipments/{key}/progress",
    { params: { path: { key: shipment } } },
    { retry: false },
  );
  const list = useTrack(shipment, known.data?.position !== null && known.data !== undefined);
  const last = list.at(-1);
  if (!last) return null;
  const { points, height } = drawn(list);
  const [first, newest] = [points[0], points.at(-1)];
  const place = `${format.number(last.latitude, 4)}°, ${format.number(last.longitude, 4)}°`;
  return (
    <Section title={t("track")} hint={t("track_hint")}>
      <svg
        viewBox={`0 0 ${WIDTH} ${height}`}
        className={style["track"]}
        role="img"
        aria-label={t("track_said", { count: list.length, place })}
      >
        <polyline className={style["path"]} points={points.map((each) => each.join(",")).join(" ")} />
        {first && <circle className={style["fix"]} cx={first[0]} cy={first[1]} r={4} />}
        {newest && <circle className={style["newest"]} cx={newest[0]} cy={newest[1]} r={6} />}
      </svg>
      <Text size="sm" mt={6} component="div">
        {t("track_newest", { place })}{" "}
        <TimeText at={last.time} show="both" {...(clock ? { zone: clock } : {})} />
      </Text>
    </Section>
  );
}

function useTrack(shipment: string, enabled: boolean): FixView[] {
  const { data } = ask.useQuery(
    "get",
    "/api/v1/shipments/{key}/track",
    { params: { path: { key: shipment }, query: { limit: MOST } } },
    { enabled, retry: false },
  );
  return data?.items ?? [];
}
