/** Which sensors stand in a place, how they do, and when they came. */
import { Anchor, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { Radio } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useList } from "@/api/lists";
import type { DeviceConditionView, PlacementView } from "@/api/schema";
import { to } from "@/links";
import { Badge } from "@/parts/Badge";
import { Section } from "@/parts/Section";
import { Empty } from "@/parts/states/Empty";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";
import { TimeText } from "@/parts/TimeText";
import { useSession } from "@/shell/session";
import { useKind } from "@/views/places/states";

const MOST = 1000;

interface Props {
  place: string;
  clock?: string;
}

export function Sensors({ place, clock }: Props) {
  const { t } = useTranslation("places");
  const { may } = useSession();
  const list = useList("/api/v1/placements", { place, limit: MOST });
  const conditions = useList("/api/v1/devices/conditions", { place, limit: MOST }, may("registry.read"));
  const now = Date.now();
  const here = list.items.filter(
    (one) => one.subject_kind === "device" && (one.valid_to === null || Date.parse(one.valid_to) > now),
  );
  const known = new Map(conditions.items.map((one) => [one.device, one]));
  return (
    <Section title={t("sensors")}>
      {list.loading && <Loading rows={2} />}
      {list.problem && <ErrorNotice problem={list.problem} again={list.again} />}
      {!list.loading && !list.problem && here.length === 0 && (
        <Empty title={t("no_sensors")} icon={Radio}>
          {t("no_sensors_why")}
        </Empty>
      )}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        {here.map((one) => (
          <Sensor
            key={one.id}
            placement={one}
            condition={known.get(one.subject)}
            {...(clock ? { clock } : {})}
          />
        ))}
      </SimpleGrid>
    </Section>
  );
}

interface SensorProps {
  placement: PlacementView;
  condition: DeviceConditionView | undefined;
  clock?: string;
}

function Sensor({ placement, condition, clock }: SensorProps) {
  const { t } = useTranslation("places");
  const kind = useKind();
  const clocked = clock ? { zone: clock } : {};
  return (
    <Stack gap={2}>
      <Group gap={6}>
        <Anchor component={Link} to={to.device(placement.subject)} fw={600}>
          {condition?.name || placement.subject}
        </Anchor>
        {condition?.standing.map((one) => (
          <Badge key={one.id} tone="caution">
            {kind(one.kind)}
          </Badge>
        ))}
      </Group>
      <Text size="sm" component="div">
        {condition?.last_seen ? (
          <>
            {t("heard")} <TimeText at={condition.last_seen} {...clocked} />
          </>
        ) : (
          t("heard_never")
        )}
      </Text>
      <Text size="xs" c="dimmed" component="div">
        {t("here_since")} <TimeText at={placement.valid_from} show="absolute" {...clocked} />
      </Text>
    </Stack>
  );
}
