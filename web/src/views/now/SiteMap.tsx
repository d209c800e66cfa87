/** Sites on a schematic map: no tiles, no coastlines, only where they lie to each other and how they stand. */
import { Text, VisuallyHidden } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import type { PlaceView } from "@/api/schema";
import { to } from "@/links";
import { useFormat } from "@/parts/format";
import { type GridLine, HEIGHT, type Located, planOf, WIDTH } from "@/views/now/project";
import { atRisk, keyOf, lookOf } from "@/views/now/stands";
import style from "./SiteMap.module.css";

/** With more places than this only those at risk have their name beside them. */
const MOST_NAMED = 24;

interface Props {
  places: PlaceView[];
  opened: string | undefined;
}

function located(places: PlaceView[]): Located[] {
  return places.flatMap((place) =>
    typeof place.latitude === "number" && typeof place.longitude === "number"
      ? [{ key: keyOf(place), latitude: place.latitude, longitude: place.longitude }]
      : [],
  );
}

export function SiteMap({ places, opened }: Props) {
  const { t } = useTranslation("now");
  // Positions change rarely, states all the time: the map is laid out anew for the former alone.
  const positions = JSON.stringify(located(places));
  const plan = useMemo(() => planOf(JSON.parse(positions) as Located[]), [positions]);
  const byKey = new Map(places.map((place) => [keyOf(place), place]));
  const elsewhere = places.filter((place) => !plan.spots.some(({ key }) => key === keyOf(place)));
  const named = places.length <= MOST_NAMED;
  return (
    <section aria-label={t("map.label")} className={style["frame"]}>
      {plan.spots.length > 0 && (
        <div className={style["map"]}>
          <Graticule lines={plan.lines} />
          <ul>
            {plan.spots.map(({ key, x, y }) => {
              const place = byKey.get(key);
              return (
                place && (
                  <li key={key} style={{ left: `${(x / WIDTH) * 100}%`, top: `${(y / HEIGHT) * 100}%` }}>
                    <Marker place={place} named={named} open={key === opened} />
                  </li>
                )
              );
            })}
          </ul>
        </div>
      )}
      {elsewhere.length > 0 && (
        <div className={style["elsewhere"]}>
          {plan.spots.length > 0 && (
            <Text size="xs" c="dimmed" mb={6}>
              {t("map.elsewhere")}
            </Text>
          )}
          <ul>
            {elsewhere.map((place) => (
              <li key={keyOf(place)}>
                <Marker place={place} named open={keyOf(place) === opened} />
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}

function Marker({ place, named, open }: { place: PlaceView; named: boolean; open: boolean }) {
  const { t } = useTranslation("now");
  const [params] = useSearchParams();
  const [tone, Icon] = lookOf(place.state);
  const word = t(`stand.${place.state}`, place.state);
  const after = new URLSearchParams(params);
  after.set("site", place.site ?? "");
  const where = place.site === null ? to.zone(place.zone ?? "") : `?${after}`;
  return (
    <Link
      to={where}
      className={style["marker"] ?? ""}
      data-tone={tone}
      data-open={open || undefined}
      aria-current={open || undefined}
      title={t("map.marker", { name: place.name, state: word })}
    >
      <span className={style["dot"]}>
        <Icon aria-hidden size={18} strokeWidth={2.25} />
      </span>
      <VisuallyHidden>{t("map.marker", { name: place.name, state: word })}</VisuallyHidden>
      {(named || open || atRisk(place.state)) && (
        <span className={style["name"]} aria-hidden>
          <b>{place.name}</b>
          {place.state !== "calm" && <span>{word}</span>}
        </span>
      )}
    </Link>
  );
}

function Graticule({ lines }: { lines: GridLine[] }) {
  const format = useFormat();
  const sides = { longitude: ["W", "E"], latitude: ["S", "N"] } as const;
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      {lines.map(({ axis, at, degrees }) => {
        const [before, after] = sides[axis];
        const side = degrees === 0 ? "" : degrees < 0 ? before : after;
        const along =
          axis === "longitude" ? { x1: at, x2: at, y1: 0, y2: HEIGHT } : { x1: 0, x2: WIDTH, y1: at, y2: at };
        return (
          <g key={`${axis} ${degrees}`}>
            <line {...along} />
            <text x={axis === "longitude" ? at + 6 : 8} y={axis === "longitude" ? HEIGHT - 10 : at - 6}>
              {format.number(Math.abs(degrees), 2)}°{side}
            </text>
          </g>
        );
      })}
    </svg>
  );
}
