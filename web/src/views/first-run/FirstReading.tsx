/** Waits for what a gateway sends and shows it as it arrives: the message, what was made of it, and its curve. */
import { Alert, Group, Loader, Stack, Text, Title } from "@mantine/core";
import { TriangleAlert } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { Readings } from "@/parts/chart/Readings";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Message } from "@/views/gateways/Message";
import { useMessages } from "@/views/gateways/watching";

const LOOK_MS = 3_000;
const BEFORE_S = 240;
const AFTER_S = 60;
const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone;

interface Seen {
  device: string;
  quantity: string;
}

export function FirstReading({ gateway }: { gateway: string }) {
  const { t } = useTranslation("first-run");
  const { messages, live, problem } = useMessages(gateway, true);
  const [before] = useState(() => Date.now());
  const known = ask.useQuery("get", "/api/v1/readings/latest", {}, { staleTime: LOOK_MS });
  const kept = messages.flatMap(({ keeps }) => keeps)[0];
  const earlier = known.data?.items.find(({ device }) => device.startsWith(`${gateway}/`));
  const newest = messages[0];
  const shown = kept ?? earlier;
  return (
    <Stack aria-live="polite">
      {!newest && (
        <Group gap="sm">
          <Loader size="sm" aria-hidden />
          <Text>{live ? t("reading.waiting", { gateway }) : t("reading.connecting")}</Text>
        </Group>
      )}
      {!newest && <Advice gateway={gateway} />}
      {problem !== null && <ErrorNotice problem={problem} />}
      {newest && (
        <>
          <Title order={3} size="h5">
            {kept ? t("reading.here") : t("reading.refused")}
          </Title>
          <Message message={newest} />
        </>
      )}
      {shown && <Curve seen={shown} at={"time" in shown ? Date.parse(shown.time) : before} />}
    </Stack>
  );
}

/** Why nothing came yet, as far as the broker can tell: a wrong password, another topic, a misspelt id. */
function Advice({ gateway }: { gateway: string }) {
  const { t } = useTranslation("first-run");
  const found = ask.useQuery("get", "/api/v1/gateways/sightings", {}, { refetchInterval: LOOK_MS });
  const troubles = (found.data?.items ?? []).filter(
    (one) => one.refusals.length > 0 && (one.gateway === gateway || one.maybe.includes(gateway)),
  );
  if (troubles.length === 0) return null;
  return (
    <Alert color="red" icon={<TriangleAlert aria-hidden />} title={t("reading.trouble")}>
      {troubles.map((one) => (
        <Text size="sm" key={one.gateway}>
          {one.advice}
        </Text>
      ))}
    </Alert>
  );
}

function Curve({ seen, at }: { seen: Seen; at: number }) {
  const { t } = useTranslation(["first-run", "words"]);
  // Where it begins stays, so that the curve grows and does not jump with every message.
  const [first] = useState<[number, number]>(() => [at / 1000 - BEFORE_S, at / 1000 + AFTER_S]);
  const { device, quantity: measured } = seen;
  const selection = useMemo(() => ({ device, quantity: measured }), [device, measured]);
  const quantity = t(`words:quantity.${seen.quantity}`, seen.quantity);
  return (
    <section aria-label={t("reading.chart")}>
      <Title order={3} size="h5" mb="xs">
        {t("reading.chart")}
      </Title>
      <Readings
        selection={selection}
        first={first}
        zone={HERE}
        label={t("reading.curve", { device: seen.device, quantity })}
        height={220}
      />
    </section>
  );
}
