/** The limits of a version: each as its figures and as a sentence, and open for changes on demand. */
import { Card, Group, Stack, Table, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ProfileBandIn } from "@/api/schema";
import { SeverityBadge } from "@/parts/badges";
import { useFormat } from "@/parts/format";
import { PHONE } from "@/parts/phone";
import { LeftOut, LimitInputs } from "@/views/rules/LimitInputs";

/** Limits that are open for changes: what becomes of them, and who hears of more. */
export interface Editing {
  draft: ProfileBandIn[];
  change: (band: string, some: Partial<ProfileBandIn>) => void;
  onMore: (band: ProfileBandIn) => void;
  onRemove: (band: ProfileBandIn) => void;
  onBack: (band: ProfileBandIn) => void;
}

export function Limits({ limits }: { limits: ProfileBandIn[] }) {
  const phone = useMediaQuery(PHONE);
  if (phone) return <Cards limits={limits} />;
  return (
    <LimitTable last="means">
      {limits.map((band) => (
        <LimitRow key={band.band} band={band} />
      ))}
    </LimitTable>
  );
}

/** Every limit as it is to become: those that hold now in their places, then the new ones. */
export function EditableLimits({ limits, editing }: { limits: ProfileBandIn[]; editing: Editing }) {
  const { draft, change, onMore, onRemove, onBack } = editing;
  const before = new Map(limits.map((band) => [band.band, band]));
  const after = new Map(draft.map((band) => [band.band, band]));
  const names = [...new Set([...before.keys(), ...after.keys()])];
  const line = (name: string) => {
    const [old, now] = [before.get(name), after.get(name)];
    if (!now) return old && <LeftOut key={name} band={old} onBack={() => onBack(old)} />;
    return (
      <LimitInputs
        key={name}
        band={now}
        before={old}
        change={(some) => change(name, some)}
        onMore={() => onMore(now)}
        onRemove={() => onRemove(now)}
      />
    );
  };
  return <LimitTable last="acts">{names.map(line)}</LimitTable>;
}

function LimitTable({ last, children }: { last: "means" | "acts"; children: ReactNode }) {
  const { t } = useTranslation("rules");
  return (
    <Table.ScrollContainer minWidth={720} scrollAreaProps={BY_KEYBOARD}>
      <Table verticalSpacing="sm" aria-label={t("limits")}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t("column.quantity")}</Table.Th>
            <Table.Th scope="col">{t("column.side")}</Table.Th>
            <Table.Th scope="col">{t("column.limit")}</Table.Th>
            <Table.Th scope="col">{t("column.delay")}</Table.Th>
            <Table.Th scope="col">{t("column.severity")}</Table.Th>
            <Table.Th scope="col">{t(`column.${last}`)}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** What is scrolled has to be reached by the keyboard. */
const BY_KEYBOARD = { viewportProps: { tabIndex: 0 } };

function Cards({ limits }: { limits: ProfileBandIn[] }) {
  return (
    <Stack gap="xs">
      {limits.map((band) => (
        <LimitCard key={band.band} band={band} />
      ))}
    </Stack>
  );
}

function LimitCard({ band }: { band: ProfileBandIn }) {
  const { t } = useTranslation("rules");
  return (
    <Card withBorder padding="sm">
      <Group justify="space-between" align="flex-start">
        <div>
          <BandName band={band} />
        </div>
        {band.off ? <Text c="dimmed">{t("off")}</Text> : <SeverityBadge severity={band.severity} />}
      </Group>
      <Text size="sm" mt={4}>
        {useMeaning(band)}
      </Text>
    </Card>
  );
}

function LimitRow({ band }: { band: ProfileBandIn }) {
  const { t } = useTranslation("rules");
  const format = useFormat();
  const unit = useUnit(band.quantity);
  return (
    <Table.Tr data-off={band.off ? true : undefined}>
      <Table.Td>
        <BandName band={band} />
      </Table.Td>
      <Table.Td>{t(`side.${band.side}`)}</Table.Td>
      <Table.Td>
        <Text fw={600} component="span">
          {format.value(band.limit, unit, 2)}
        </Text>
      </Table.Td>
      <Table.Td>{band.on_delay_s > 0 ? format.duration(band.on_delay_s * 1_000) : t("at_once")}</Table.Td>
      <Table.Td>
        {band.off ? <Text c="dimmed">{t("off")}</Text> : <SeverityBadge severity={band.severity} />}
      </Table.Td>
      <Table.Td maw={420}>
        <Text size="sm">{useMeaning(band)}</Text>
        {(band.off || band.source) && (
          <Text size="xs" c="dimmed">
            {band.off || band.source}
          </Text>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

/** What is watched, and the name of the band. */
export function BandName({ band }: { band: ProfileBandIn }) {
  const { t } = useTranslation("words");
  return (
    <>
      <Text size="sm" fw={500}>
        {t(`quantity.${band.quantity}`, band.quantity)}
      </Text>
      <Text size="xs" c="dimmed">
        {band.band}
      </Text>
    </>
  );
}

/** The unit of a quantity. */
export function useUnit(quantity: string): string {
  const { t } = useTranslation("fields");
  return t(`unit.${quantity}`, "");
}

/** A limit as a sentence. */
function useMeaning(band: ProfileBandIn): string {
  const { t } = useTranslation(["rules", "words"]);
  const format = useFormat();
  const limit = format.value(band.limit, useUnit(band.quantity), 2);
  const severity = t(`words:severity.${band.severity}`, band.severity);
  if (band.off) return t("means.off", { limit });
  const told = { limit, severity, delay: format.duration(band.on_delay_s * 1_000) };
  if (band.budget_s > 0)
    return t(`means.budget_${band.side}`, {
      ...told,
      budget: format.duration(band.budget_s * 1_000),
      window: format.duration(band.window_s * 1_000),
    });
  return t(`means.${band.side}_${band.on_delay_s > 0 ? "after" : "now"}`, told);
}
