/** How everything stands now: goods at risk first, on a map and as a list, and what changed since one looked. */
import { Button, Group, Select, Stack, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { Footprints, MapPin } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { ask } from "@/api/client";
import type { OverviewView, PlaceView } from "@/api/schema";
import { to } from "@/links";
import { useFilters } from "@/parts/filters";
import { PageHead } from "@/parts/PageHead";
import { PHONE } from "@/parts/phone";
import { Empty } from "@/parts/states/Empty";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";
import { useSession } from "@/shell/session";
import { chosen, FILTERS, NO_FILTERS } from "@/views/now/asked";
import { Changed } from "@/views/now/Changed";
import { OneSite } from "@/views/now/OneSite";
import { PlaceCard } from "@/views/now/PlaceCard";
import { SiteMap } from "@/views/now/SiteMap";
import { StateFilter } from "@/views/now/StateFilter";
import { keyOf } from "@/views/now/stands";
import style from "./Now.module.css";

const AGAIN_MS = 15_000;
/** So many places are in the list until more are asked for. */
const MANY = 20;
/** So many are drawn before the others, as a screen shows no more. */
const SCREEN = 7;
const NONE: PlaceView[] = [];

export default function Now() {
  const { t } = useTranslation("now");
  const session = useSession();
  const found = ask.useQuery("get", "/api/v1/overview", {}, { refetchInterval: AGAIN_MS });
  if (found.error && !found.data)
    return (
      <>
        <PageHead title={t("title")} />
        <ErrorNotice problem={found.error} again={() => void found.refetch()} />
      </>
    );
  if (!found.data)
    return (
      <>
        <PageHead title={t("title")} />
        <Loading rows={6} height={72} />
      </>
    );
  return (
    <>
      <PageHead title={t("title")}>
        <Told overview={found.data} />
      </PageHead>
      <Stack>
        {found.data.items.length === 0 ? <Nothing /> : <Places overview={found.data} />}
        {session.may("tickets.read") && <Changed />}
      </Stack>
    </>
  );
}

/** The most important figure in words, for who reads one line only. */
function Told({ overview }: { overview: OverviewView }) {
  const { t } = useTranslation("now");
  const risk = (overview.states["excursion"] ?? 0) + (overview.states["foretold"] ?? 0);
  const places = Object.values(overview.states).reduce((sum, n) => sum + n, 0);
  if (places === 0) return null;
  return <span>{risk === 0 ? t("all_well", { count: places }) : t("at_risk", { count: risk })}</span>;
}

function Places({ overview }: { overview: OverviewView }) {
  const { t } = useTranslation("now");
  const phone = useMediaQuery(PHONE);
  const [filters, change] = useFilters(FILTERS);
  const places = chosen(overview.items, filters);
  // Goods at risk are read in the list: hundreds of sites on the map follow when it stands.
  const onMap = useDeferredValue(places, NONE);
  const sites = overview.items.flatMap(({ site, name }) => (site ? [{ value: site, label: name }] : []));
  return (
    <>
      <Group justify="space-between" role="search" aria-label={t("filter.title")}>
        <StateFilter
          counts={overview.states}
          chosen={filters.state ?? []}
          onChange={(state) => change({ state: state.length > 0 ? state : undefined })}
        />
        <Select
          aria-label={t("filter.site")}
          placeholder={t("filter.all_sites")}
          data={sites}
          value={filters.site ?? null}
          onChange={(site) => change({ site: site ?? undefined })}
          leftSection={<MapPin aria-hidden size={16} />}
          clearable
          searchable
          {...(phone ? { w: "100%" } : {})}
        />
      </Group>
      {places.length === 0 ? (
        <Empty
          title={t("none_found")}
          action={<Button onClick={() => change(NO_FILTERS)}>{t("show_all")}</Button>}
        />
      ) : (
        <div className={style["columns"]}>
          {!phone && <SiteMap places={onMap} opened={filters.site} />}
          <div>
            {filters.site ? (
              <OneSite site={filters.site} onBack={() => change({ site: undefined })} />
            ) : (
              <PlaceList places={places} />
            )}
          </div>
        </div>
      )}
    </>
  );
}

function PlaceList({ places }: { places: PlaceView[] }) {
  const { t } = useTranslation("now");
  const [params] = useSearchParams();
  const [most, setMost] = useState(MANY);
  const drawn = useDeferredValue(most, SCREEN);
  const opening = (site: string) => {
    const after = new URLSearchParams(params);
    after.set("site", site);
    return `?${after}`;
  };
  return (
    <Stack gap="xs">
      <ul className={style["list"]} aria-label={t("list")}>
        {places.slice(0, drawn).map((place) => (
          <li key={keyOf(place)}>
            <PlaceCard
              place={place}
              where={place.site === null ? to.zone(place.zone ?? "") : opening(place.site)}
              zone={place.time_zone ?? null}
            />
          </li>
        ))}
      </ul>
      {places.length > most && (
        <Button variant="default" onClick={() => setMost(most + MANY)}>
          {t("more", { count: places.length - most })}
        </Button>
      )}
    </Stack>
  );
}

/** An installation without places: whoever may set it up is led by the hand. */
function Nothing() {
  const { t } = useTranslation("now");
  const leads = useSession().may("registry.write");
  const action = (
    <Button component={Link} to={to.firstRun()} leftSection={<Footprints aria-hidden size={18} />}>
      {t("empty.lead")}
    </Button>
  );
  return (
    <Empty title={t("empty.title")} icon={MapPin} {...(leads ? { action } : {})}>
      <Text inherit>{leads ? t("empty.why") : t("empty.why_not")}</Text>
    </Empty>
  );
}
