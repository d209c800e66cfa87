/** A place: how it stands, what is measured there and what was found, what stands and what lies there. */
import { Button, Stack } from "@mantine/core";
import { FileText } from "lucide-react";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { ask } from "@/api/client";
import type { PlaceView, Zone as ZoneView } from "@/api/schema";
import { to } from "@/links";
import { PageHead } from "@/parts/PageHead";
import { Loading } from "@/parts/states/Loading";
import { Failed } from "@/shell/Failed";
import { useSession } from "@/shell/session";
import { Course } from "@/views/places/Course";
import { Findings } from "@/views/places/Findings";
import { Gaps } from "@/views/places/Gaps";
import { Goods } from "@/views/places/Goods";
import { Sensors } from "@/views/places/Sensors";
import { Tickets } from "@/views/places/Tickets";
import { ZoneHead } from "@/views/places/ZoneHead";
import { useClockOf } from "@/views/places/zones";

const AGAIN_MS = 15_000;

/** How a zone stands now; a zone that travels stands in the overview by itself. */
function useStanding(key: string, site: string | null, enabled: boolean): PlaceView | undefined {
  const { data } = ask.useQuery(
    "get",
    "/api/v1/overview",
    { params: { query: site ? { site } : {} } },
    { enabled, refetchInterval: AGAIN_MS },
  );
  const all = (data?.items ?? []).flatMap((place) => [place, ...(place.zones ?? [])]);
  return all.find((place) => place.zone === key);
}

export default function Zone() {
  const { key = "" } = useParams();
  const { t } = useTranslation("places");
  const {
    data: zone,
    error,
    refetch,
  } = ask.useQuery("get", "/api/v1/zones/{key}", { params: { path: { key } } });
  if (error) return <Failed problem={error} again={() => void refetch()} />;
  if (!zone) return <Loading />;
  return (
    <>
      <PageHead
        title={zone.name || key}
        actions={
          <Button
            component={Link}
            to={to.report("zone", key)}
            variant="default"
            leftSection={<FileText aria-hidden size={16} />}
          >
            {t("report")}
          </Button>
        }
      >
        {[t(`kind.${zone.kind}`), zone.name ? key : null].filter(Boolean).join(" · ")}
      </PageHead>
      <Parts zone={zone} />
    </>
  );
}

function Parts({ zone }: { zone: ZoneView }) {
  // What stands below the curve is asked for when the curve is here.
  const [answered, setAnswered] = useState(false);
  const tell = useCallback(() => setAnswered(true), []);
  const standing = useStanding(zone.key, zone.site, answered);
  const clock = useClockOf(zone.site) ?? standing?.time_zone ?? undefined;
  const clocked = clock ? { clock } : {};
  return (
    <Stack>
      <ZoneHead zone={zone} {...(standing ? { standing } : {})} {...clocked} />
      <Course place={zone.key} kind="zones" forecasts onAnswered={tell} {...clocked} />
      {answered && <Below zone={zone.key} {...clocked} />}
    </Stack>
  );
}

function Below({ zone, clock }: { zone: string; clock?: string }) {
  const { may } = useSession();
  const clocked = clock ? { clock } : {};
  return (
    <>
      {may("findings.read") && <Findings zone={zone} {...clocked} />}
      {may("goods.read") && <Sensors place={zone} {...clocked} />}
      {may("goods.read") && <Goods place={zone} {...clocked} />}
      <Gaps place={zone} />
      {may("tickets.read") && <Tickets query={{ zone }} />}
    </>
  );
}
