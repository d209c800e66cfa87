/** One sensor: how it is and why, what it measured, where it stood, what was noticed about it. */
import { Alert, Button, Group, List, Stack, Text } from "@mantine/core";
import { Replace, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { ask } from "@/api/client";
import type { DeviceConditionView } from "@/api/schema";
import { PageHead } from "@/parts/PageHead";
import { Section } from "@/parts/Section";
import { Loading } from "@/parts/states/Loading";
import { Stale } from "@/parts/states/Stale";
import { TimeText } from "@/parts/TimeText";
import { Failed } from "@/shell/Failed";
import { useSession } from "@/shell/session";
import { staleAfterS } from "@/views/devices/asked";
import { Health } from "@/views/devices/DeviceBadges";
import { DeviceCurves } from "@/views/devices/DeviceCurves";
import { DeviceFacts } from "@/views/devices/DeviceFacts";
import { DeviceFindings } from "@/views/devices/DeviceFindings";
import { DeviceStays } from "@/views/devices/DeviceStays";
import { ReplaceDevice } from "@/views/devices/ReplaceDevice";

export default function Device() {
  const { key = "" } = useParams();
  const { t } = useTranslation(["devices", "findings"]);
  const { may } = useSession();
  const [replacing, replace] = useState(false);
  const path = { params: { path: { key } } };
  const found = ask.useQuery("get", "/api/v1/devices/{key}/condition", path);
  const device = found.data;
  if (found.error && !device) return <Failed problem={found.error} again={() => void found.refetch()} />;
  if (!device)
    return (
      <>
        <PageHead title={key} />
        <Loading />
      </>
    );
  const actions = may("things.scan") && device.place !== null && (
    <Button variant="default" leftSection={<Replace aria-hidden size={16} />} onClick={() => replace(true)}>
      {t("replace.act")}
    </Button>
  );
  return (
    <>
      <PageHead title={device.name || device.device} actions={actions}>
        <Group gap="xs">
          <span>{device.full_name}</span>
          <Health device={device} />
          <Stale last={device.last_seen} afterS={staleAfterS(device.interval_s)} />
        </Group>
      </PageHead>
      <Stack>
        <Standing device={device} />
        <Section title={t("condition")}>
          <DeviceFacts device={device} />
        </Section>
        <DeviceCurves device={device.full_name} />
        {may("goods.read") && <DeviceStays device={device.device} />}
        {may("findings.read") && <DeviceFindings device={device.full_name} />}
      </Stack>
      <ReplaceDevice device={device} opened={replacing} onClose={() => replace(false)} />
    </>
  );
}

/** What goes on, in words: what it is, since when, and what to do. */
function Standing({ device }: { device: DeviceConditionView }) {
  const { t } = useTranslation(["devices", "findings", "words"]);
  if (device.standing.length === 0) return null;
  return (
    <Alert color="yellow" icon={<TriangleAlert aria-hidden />} title={t("standing")}>
      <List size="sm" spacing="xs">
        {device.standing.map((one) => (
          <List.Item key={one.id}>
            <Text size="sm" fw={600} component="span">
              {t(`findings:kind.${one.kind}`, one.kind)}
              {one.quantity && ` (${t(`words:quantity.${one.quantity}`, one.quantity)})`}
            </Text>{" "}
            <TimeText at={one.start} show="both" />
            <Text size="sm">{t(`why.${one.kind}`, { defaultValue: t("why.other") })}</Text>
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
