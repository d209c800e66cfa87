/** The three clocks of a ticket: what was promised, what we ask of ourselves, and when it is too late for the goods. */
import { Group, List, SimpleGrid, Stack, Text } from "@mantine/core";
import { CircleCheck, CircleX, type LucideIcon, OctagonAlert, Pause } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ClockView, TicketFull } from "@/api/schema";
import { Badge, type Tone } from "@/parts/Badge";
import { Countdown } from "@/parts/Countdown";
import style from "@/views/ticket/Ticket.module.css";

const ENDED: Record<string, [Tone, LucideIcon]> = {
  met: ["good", CircleCheck],
  missed: ["danger", CircleX],
  paused: ["caution", Pause],
};

export function Clocks({ ticket }: { ticket: TicketFull }) {
  const { t } = useTranslation("ticket");
  const { clocks } = ticket;
  if (!clocks) return null;
  const sides = ["promise", "target"].map(
    (side) => [side, clocks.clocks.filter((one) => one.side === side && one.state !== "void")] as const,
  );
  return (
    <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm" component="section" aria-label={t("clock.all")}>
      <ActBy ticket={ticket} />
      {sides.map(([side, own]) => (
        <Tile key={side} title={t(`clock.${side}`)}>
          {own.length === 0 ? (
            <Text size="sm">{t(`clock.no_${side}`)}</Text>
          ) : (
            own.map((one) => <Clock key={one.name} clock={one} />)
          )}
        </Tile>
      ))}
    </SimpleGrid>
  );
}

function Tile({ title, urgent = false, children }: { title: string; urgent?: boolean; children: ReactNode }) {
  return (
    <div className={style["tile"]} data-urgent={urgent || undefined}>
      <Text size="xs" fw={600} c="dimmed" mb={4}>
        {title}
      </Text>
      <Stack gap={6}>{children}</Stack>
    </div>
  );
}

/** Until when acting still prevents damage. */
function ActBy({ ticket }: { ticket: TicketFull }) {
  const { t } = useTranslation("ticket");
  const { clocks } = ticket;
  const late = ticket.live && (clocks?.too_late ?? false);
  return (
    <Tile title={t("clock.damage")} urgent={late}>
      {late && (
        <div>
          <Badge tone="danger" icon={OctagonAlert}>
            {t("clock.too_late")}
          </Badge>
        </div>
      )}
      {clocks?.act_by && !late && (
        <Group gap="xs">
          <Text size="sm">{t("clock.act_by")}</Text>
          <Countdown
            to={clocks.act_by}
            label={t("clock.act_by")}
            why={clocks.act_by_why}
            still={!ticket.live}
          />
        </Group>
      )}
      <Text size="sm">{clocks?.act_by_why || t("clock.no_damage")}</Text>
    </Tile>
  );
}

/** What the software came with has a name in each language; what somebody called themselves stays as it is. */
function slug(rule: string): string {
  return rule.toLowerCase().replace(/[^a-z0-9]+/g, "_");
}

function Clock({ clock }: { clock: ClockView }) {
  const { t } = useTranslation(["ticket", "words"]);
  const rule = t(`words:policy.name.${slug(clock.rule)}`, clock.rule);
  const name = t(`measure.${clock.measure}`, { rule, defaultValue: clock.title });
  const steps = (
    <List size="sm" type="ordered" spacing={4}>
      {clock.steps.map((step) => (
        <List.Item key={step}>{step}</List.Item>
      ))}
      {clock.provisional && <List.Item>{t("clock.provisional")}</List.Item>}
    </List>
  );
  const at = clock.due ?? clock.if_resumed ?? clock.ended;
  const [tone, icon] = ENDED[clock.state] ?? [];
  return (
    <Group gap={6} justify="space-between">
      <Text size="sm">{name}</Text>
      <Group gap={6}>
        {tone && icon && (
          <Badge tone={tone} icon={icon}>
            {t(`clock.state.${clock.state}`)}
          </Badge>
        )}
        {at && <Countdown to={at} label={name} why={steps} still={clock.state !== "running"} />}
      </Group>
    </Group>
  );
}
