/** What waits to be sent, one card each: what, when it was done, and, if it was refused, what happened and what one can do. */
import { Alert, Anchor, Button, Card, Group, List, Stack, Text } from "@mantine/core";
import { Hourglass, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { to } from "@/links";
import type { Deed, Refused, Waiting } from "@/offline/nouns";
import { outbox } from "@/offline/outbox";
import { Badge } from "@/parts/Badge";
import { TimeText } from "@/parts/TimeText";
import { isCustomer } from "@/shell/audience";
import { useSession } from "@/shell/session";
import style from "@/views/mine/Mine.module.css";
import { usePeople } from "@/views/ticket/asking";

export function WaitingList({ all }: { all: Waiting[] }) {
  const { t } = useTranslation("offline");
  const stuck = new Map(all.filter((one) => one.refused).map((one) => [one.line, one.id]));
  return (
    <ul className={style["list"]} aria-label={t("waits.title")}>
      {all.map((one) => (
        <li key={one.id}>
          <One one={one} behind={(stuck.get(one.line) ?? one.id) < one.id} />
        </li>
      ))}
    </ul>
  );
}

function One({ one, behind }: { one: Waiting; behind: boolean }) {
  const { t } = useTranslation("offline");
  const { deed, refused } = one;
  const ticket = isCustomer(useSession()) ? to.ownTicket : to.mine;
  return (
    <Card withBorder padding="sm" data-waiting={deed.kind} data-refused={refused?.code}>
      <Stack gap="xs">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Text fw={600} className={style["words"] ?? ""}>
            <What deed={deed} />
          </Text>
          <Badge tone={refused ? "danger" : "caution"} icon={refused ? TriangleAlert : Hourglass}>
            {refused ? t("waits.is_refused") : t("waits.waits")}
          </Badge>
        </Group>
        <Text size="sm" c="dimmed" component="div">
          <TimeText at={one.at} show="both" />
          {"number" in deed && (
            <>
              {" · "}
              <Anchor component={Link} to={ticket(deed.number)} size="sm" underline="always">
                {deed.number}
              </Anchor>
            </>
          )}
        </Text>
        {behind && <Text size="sm">{t("waits.behind")}</Text>}
        {refused && <Why refused={refused} />}
        <Choice one={one} />
      </Stack>
    </Card>
  );
}

function What({ deed }: { deed: Deed }) {
  const { t } = useTranslation(["offline", "ticket"]);
  switch (deed.kind) {
    case "move":
      return t(`ticket:do.${deed.body.act}`);
    case "comment":
      return t("deed.comment", { text: deed.text });
    case "photo":
      return t("deed.photo");
    case "scan":
      return t("deed.scan", { first: deed.first, second: deed.second });
    case "acknowledge":
      return t("deed.acknowledge", { what: deed.what });
  }
}

function Why({ refused }: { refused: Refused }) {
  const { t } = useTranslation(["offline", "ticket"]);
  const called = usePeople();
  return (
    <Alert color="red" title={refused.title} role="alert">
      <Text size="sm">{refused.detail}</Text>
      {refused.meanwhile.length > 0 && (
        <>
          <Text size="sm" fw={600} mt="xs">
            {t("ticket:meanwhile.title")}
          </Text>
          <List size="sm" data-meanwhile>
            {refused.meanwhile.map((step) => (
              <List.Item key={`${step.time} ${step.act}`}>
                {t("ticket:meanwhile.step", {
                  who: called(step.principal),
                  what: t(`ticket:happened.${step.act}`, t(`ticket:do.${step.act}`, step.act)),
                })}
                {step.reason && ` – ${step.reason}`} (<TimeText at={step.time} />)
              </List.Item>
            ))}
          </List>
        </>
      )}
    </Alert>
  );
}

function Choice({ one }: { one: Waiting }) {
  const { t } = useTranslation("offline");
  const { refused } = one;
  return (
    <Group gap="xs">
      {refused?.anyway && (
        <Button size="md" onClick={() => void outbox.resend(one, true)}>
          {t("choice.anyway")}
        </Button>
      )}
      {refused && !refused.anyway && (
        <Button size="md" variant="default" onClick={() => void outbox.resend(one, false)}>
          {t("choice.again")}
        </Button>
      )}
      <Button size="md" variant="default" onClick={() => void outbox.drop(one)}>
        {t("choice.drop")}
      </Button>
    </Group>
  );
}
