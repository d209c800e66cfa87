/** One gateway: is it well, what came of it, and what arrives right now. Also one that nobody registered. */
import { Alert, Button, Group, Stack } from "@mantine/core";
import { Lightbulb } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { ask } from "@/api/client";
import { useList } from "@/api/lists";
import type { Gateway as GatewayView, SightingView } from "@/api/schema";
import { to } from "@/links";
import { Facts } from "@/parts/Facts";
import { useFormat } from "@/parts/format";
import { PageHead } from "@/parts/PageHead";
import { Section } from "@/parts/Section";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { TimeText } from "@/parts/TimeText";
import { NotFound } from "@/shell/NotFound";
import { useSession } from "@/shell/session";
import { BrokerRefusals } from "@/views/gateways/BrokerRefusals";
import { Credential } from "@/views/gateways/Credential";
import { OnlineBadge, SightedBadge } from "@/views/gateways/GatewayBadges";
import { Ledger } from "@/views/gateways/Ledger";
import { LiveMessages } from "@/views/gateways/LiveMessages";

const AGAIN_MS = 15_000;

/** What the registry says of it, what was seen of it, and whether that is nothing at all. */
function useGateway(key: string) {
  const { may } = useSession();
  const sees = may("gateways.sightings");
  const seen = ask.useQuery(
    "get",
    "/api/v1/gateways/sightings",
    { params: { query: { gateway: key } } },
    { enabled: sees, refetchInterval: AGAIN_MS },
  );
  const { items, loading, stale, problem } = useList("/api/v1/gateways", { text: key, limit: 1000 });
  const entry = items.find((one) => one.key === key);
  const sighting = seen.data?.items[0];
  const answered = !(loading || stale || problem) && (seen.data !== undefined || !sees);
  return { seen, sighting, entry, loading, nothing: answered && !entry && !sighting };
}

export default function Gateway() {
  const { key = "" } = useParams();
  const { t } = useTranslation("gateways");
  const { may } = useSession();
  const { seen, sighting, entry, loading, nothing } = useGateway(key);
  if (nothing) return <NotFound />;
  return (
    <>
      <PageHead title={key} actions={<Elsewhere gateway={key} />}>
        {sighting && (
          <Group gap={6}>
            <SightedBadge state={sighting.state} />
            <OnlineBadge online={sighting.online} />
          </Group>
        )}
      </PageHead>
      <Stack>
        {seen.error && <ErrorNotice problem={seen.error} again={() => void seen.refetch()} />}
        {sighting && sighting.state !== "seen" && sighting.advice && (
          <Alert color="yellow" icon={<Lightbulb aria-hidden />} title={t("advice")}>
            {sighting.advice}
          </Alert>
        )}
        <Section title={t("facts")}>
          <Known entry={entry} loading={loading} sighting={sighting} />
        </Section>
        {may("gateways.messages") && <LiveMessages gateway={key} />}
        {may("ledger.read") && <Ledger gateway={key} />}
        {sighting && sighting.refusals.length > 0 && <BrokerRefusals refusals={sighting.refusals} />}
        {may("gateways.manage") && (
          <Credential gateway={key} given={seen.data && (sighting?.credential ?? "none") !== "none"} />
        )}
      </Stack>
    </>
  );
}

function Elsewhere({ gateway }: { gateway: string }) {
  const { t } = useTranslation("gateways");
  const { may } = useSession();
  return (
    <>
      {may("registry.read") && (
        <Button
          variant="default"
          component={Link}
          to={to.devices(new URLSearchParams({ gateway }).toString())}
        >
          {t("its_devices")}
        </Button>
      )}
      {may("dead_letters.read") && (
        <Button
          variant="default"
          component={Link}
          to={to.deadLetters(new URLSearchParams({ gateway }).toString())}
        >
          {t("dead_letters")}
        </Button>
      )}
    </>
  );
}

interface KnownProps {
  entry: GatewayView | undefined;
  loading: boolean;
  sighting: SightingView | undefined;
}

function Known({ entry, loading, sighting }: KnownProps) {
  const { t } = useTranslation("gateways");
  const format = useFormat();
  const facts: [string, ReactNode][] = [
    [t("fact.registered"), loading ? null : entry ? t("yes") : t("no")],
    [t("fact.name"), entry?.name],
    [t("fact.site"), entry?.site],
    [t("fact.model"), entry?.model],
    [t("fact.devices"), sighting && format.number(sighting.devices, 0)],
    [t("fact.last"), sighting?.last_seen && <TimeText at={sighting.last_seen} show="both" />],
    [t("fact.topic"), sighting?.last_topic],
    [t("fact.messages"), sighting && format.number(sighting.messages_24h, 0)],
    [t("fact.maybe"), sighting?.maybe.join(", ")],
  ];
  return <Facts facts={facts} />;
}
