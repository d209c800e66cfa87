/** A site: its rooms and how they stand, where it is and what clock hangs there. */
import { Anchor, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { ask } from "@/api/client";
import type { PlaceView, Site as SiteView } from "@/api/schema";
import { Facts } from "@/parts/Facts";
import { useFormat } from "@/parts/format";
import { PageHead } from "@/parts/PageHead";
import { Section } from "@/parts/Section";
import { Empty } from "@/parts/states/Empty";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";
import { Failed } from "@/shell/Failed";
import { PlaceTable } from "@/views/places/PlaceTable";
import { StandBadge } from "@/views/places/states";
import { Tickets } from "@/views/places/Tickets";

const AGAIN_MS = 15_000;

export default function Site() {
  const { key = "" } = useParams();
  const { t } = useTranslation("places");
  const site = ask.useQuery("get", "/api/v1/sites/{key}", { params: { path: { key } } });
  const now = ask.useQuery(
    "get",
    "/api/v1/overview",
    { params: { query: { site: key } } },
    { refetchInterval: AGAIN_MS },
  );
  if (site.error) return <Failed problem={site.error} again={() => void site.refetch()} />;
  if (!site.data) return <Loading />;
  const stands = now.data?.items[0];
  return (
    <>
      <PageHead title={site.data.name || key}>
        <Anchor component={Link} to="/places">
          {t("title")}
        </Anchor>
      </PageHead>
      <Stack>
        <SiteFacts site={site.data} {...(stands ? { stand: stands.state } : {})} />
        <Section title={t("rooms")}>
          {now.error && <ErrorNotice problem={now.error} again={() => void now.refetch()} />}
          {now.isPending && <Loading rows={3} />}
          {now.data && <Rooms zones={stands?.zones ?? []} />}
        </Section>
        <Tickets query={{ site: key }} />
      </Stack>
    </>
  );
}

function Rooms({ zones }: { zones: PlaceView[] }) {
  const { t } = useTranslation("places");
  if (zones.length === 0) return <Empty title={t("no_rooms")}>{t("no_rooms_why")}</Empty>;
  return <PlaceTable places={zones} label={t("rooms")} />;
}

function SiteFacts({ site, stand }: { site: SiteView; stand?: string }) {
  const { t } = useTranslation("places");
  const format = useFormat();
  const { latitude, longitude } = site;
  const position =
    latitude !== null && longitude !== null
      ? t("fact.degrees", { latitude: format.number(latitude, 4), longitude: format.number(longitude, 4) })
      : null;
  return (
    <Facts
      facts={[
        [t("column.state"), stand && <StandBadge stand={stand} />],
        [t("fact.key"), site.key],
        [t("fact.region"), site.region],
        [t("fact.time_zone"), site.time_zone],
        [t("fact.climate"), site.climate && t(`climate.${site.climate}`)],
        [t("fact.coast"), site.coastal === null ? null : t(site.coastal ? "fact.yes" : "fact.no")],
        [t("fact.position"), position],
      ]}
    />
  );
}
