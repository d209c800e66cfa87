/** Alarms that nobody has acknowledged, with one big button each. */
import { Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { BellRing } from "lucide-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { AlarmView } from "@/api/schema";
import { useDo, useWaiting } from "@/offline/useOutbox";
import { Badge } from "@/parts/Badge";
import { SeverityBadge } from "@/parts/badges";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { TimeText } from "@/parts/TimeText";
import { useSession } from "@/shell/session";
import style from "@/views/mine/Mine.module.css";

export function MyAlarms({ alarms }: { alarms: AlarmView[] }) {
  const { t } = useTranslation("mine");
  const id = useId();
  const session = useSession();
  if (alarms.length === 0 || !session.may("alarms.acknowledge")) return null;
  return (
    <section aria-labelledby={id}>
      <Title order={2} size="h5" mb="xs" id={id}>
        {t("alarms.title")}
      </Title>
      <ul className={style["list"]}>
        {alarms.map((one) => (
          <li key={one.id}>
            <One alarm={one} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function One({ alarm }: { alarm: AlarmView }) {
  const { t } = useTranslation(["mine", "offline", "words"]);
  const waits = useWaiting(`alarm:${alarm.id}`).length > 0;
  const act = useDo();
  const [problem, setProblem] = useState<unknown>(null);
  const what = alarm.zone ?? alarm.subject;
  return (
    <Card withBorder padding="sm">
      <Stack gap="xs">
        <Group gap="xs">
          <SeverityBadge severity={alarm.severity} />
          {waits && <Badge tone="caution">{t("offline:waits.waits")}</Badge>}
        </Group>
        <Text fw={600} className={style["words"] ?? ""}>
          {what}
        </Text>
        <Text size="sm" c="dimmed">
          {t(`words:quantity.${alarm.cause.split(":")[2] ?? ""}`, alarm.kind)}
          {alarm.active_since && (
            <>
              {" · "}
              <TimeText at={alarm.active_since} />
            </>
          )}
        </Text>
        <Button
          size="lg"
          fullWidth
          leftSection={<BellRing aria-hidden size={18} />}
          disabled={waits}
          onClick={() => void act({ kind: "acknowledge", alarm: alarm.id, what }).catch(setProblem)}
        >
          {t("alarms.acknowledge")}
        </Button>
        {problem !== null && <ErrorNotice problem={problem} />}
      </Stack>
    </Card>
  );
}
