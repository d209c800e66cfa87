/** A shipment: how far it has come, by which stops, what rode with it and what was measured on the way. */
import { Anchor, Button, Group, Stack } from "@mantine/core";
import { FileText } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { ask } from "@/api/client";
import type { Shipment as ShipmentView } from "@/api/schema";
import { to } from "@/links";
import type { Range } from "@/parts/chart/nouns";
import { Facts } from "@/parts/Facts";
import { PageHead } from "@/parts/PageHead";
import { Section } from "@/parts/Section";
import { Loading } from "@/parts/states/Loading";
import { Failed } from "@/shell/Failed";
import { useSession } from "@/shell/session";
import { History } from "@/views/lots/History";
import { Course } from "@/views/places/Course";
import { Goods } from "@/views/places/Goods";
import { Sensors } from "@/views/places/Sensors";
import { StageBadge } from "@/views/places/states";
import { useClockOf } from "@/views/places/zones";
import { Progress } from "@/views/shipments/Progress";
import { Track } from "@/views/shipments/Track";

const LEAST_S = 3_600;

/** From when to when it was on its way: until now while it is. Undefined before it has begun. */
export function tripOf(
  { departed, arrived }: Pick<ShipmentView, "departed" | "arrived">,
  nowMs: number,
): Range | undefined {
  if (!departed) return undefined;
  const from = Date.parse(departed) / 1000;
  const until = arrived ? Date.parse(arrived) / 1000 : nowMs / 1000;
  return [from, Math.max(until, from + LEAST_S)];
}

export default function Shipment() {
  const { key = "" } = useParams();
  const { t } = useTranslation("shipments");
  const { may } = useSession();
  const { data, error, refetch } = ask.useQuery("get", "/api/v1/shipments/{key}", {
    params: { path: { key } },
  });
  const clock = useClockOf(data?.destination ?? data?.origin);
  const [departed, arrived] = [data?.departed ?? null, data?.arrived ?? null];
  const trip = useMemo(() => tripOf({ departed, arrived }, Date.now()), [departed, arrived]);
  if (error) return <Failed problem={error} again={() => void refetch()} />;
  if (!data) return <Loading />;
  const clocked = clock ? { clock } : {};
  return (
    <>
      <PageHead
        title={data.name || key}
        actions={
          <Button
            component={Link}
            to={to.report("shipment", key)}
            variant="default"
            leftSection={<FileText aria-hidden size={16} />}
          >
            {t("report")}
          </Button>
        }
      >
        <Group gap={8}>
          <StageBadge stage={data.stage} />
          {data.name ? key : null}
        </Group>
      </PageHead>
      <Stack>
        <ShipmentFacts shipment={data} />
        <Section title={t("progress")}>
          <Progress shipment={key} {...clocked} />
        </Section>
        <Course place={key} kind="shipments" {...clocked} {...(trip ? { first: trip } : {})} />
        {may("readings.read") && <Track shipment={key} {...clocked} />}
        <Goods place={key} {...clocked} />
        <Sensors place={key} {...clocked} />
        {may("events.read") && <History subject={`shipment:${key}`} {...clocked} />}
      </Stack>
    </>
  );
}

function ShipmentFacts({ shipment }: { shipment: ShipmentView }) {
  const { t } = useTranslation("shipments");
  return (
    <Facts
      facts={[
        [t("carrier"), shipment.carrier],
        [t("vehicle"), shipment.vehicle],
        [t("driver"), shipment.driver],
        [t("order"), shipment.order],
        [t("external"), [shipment.external_system, shipment.external_number].filter(Boolean).join(" ")],
        [
          t("hold"),
          shipment.zone && (
            <Anchor component={Link} to={to.zone(shipment.zone)}>
              {shipment.zone}
            </Anchor>
          ),
        ],
        [
          t("all"),
          <Anchor key="all" component={Link} to={to.shipments()}>
            {t("title")}
          </Anchor>,
        ],
      ]}
    />
  );
}
