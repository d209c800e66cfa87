/** What was, or would be, made of a message: values that are kept, and refusals with what to change. */
import { Alert, Group, Stack, Table, Text } from "@mantine/core";
import { CircleX } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { WouldKeep, WouldRefuse } from "@/api/schema";
import { Badge } from "@/parts/Badge";
import { useFormat } from "@/parts/format";
import { WideTable } from "@/parts/WideTable";

const DIGITS = 4;

interface Props {
  keeps: WouldKeep[];
  /** How many values there are, of which `keeps` shows the first. */
  kept: number;
  refuses: WouldRefuse[];
  online: boolean | null;
  /** When it came: against it the delay of a value is told. */
  received: string;
}

export function Decoded({ keeps, kept, refuses, online, received }: Props) {
  const { t } = useTranslation("gateways");
  return (
    <Stack gap="xs">
      {online !== null && <Text size="sm">{online ? t("decoded.online") : t("decoded.offline")}</Text>}
      {keeps.length > 0 && <Values keeps={keeps} received={received} />}
      {kept > keeps.length && (
        <Text size="xs" c="dimmed">
          {t("decoded.more", { count: kept - keeps.length })}
        </Text>
      )}
      {refuses.map((one) => (
        <Refusal key={`${one.reason} ${one.detail}`} refusal={one} />
      ))}
      {online === null && kept === 0 && refuses.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("decoded.nothing")}
        </Text>
      )}
    </Stack>
  );
}

function Values({ keeps, received }: { keeps: WouldKeep[]; received: string }) {
  const { t } = useTranslation("gateways");
  return (
    <WideTable label={t("decoded.values")} least={360} verticalSpacing={4} fz="sm">
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{t("decoded.device")}</Table.Th>
          <Table.Th scope="col">{t("decoded.quantity")}</Table.Th>
          <Table.Th scope="col" ta="end">
            {t("decoded.value")}
          </Table.Th>
          <Table.Th scope="col">{t("decoded.time")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {keeps.map((one) => (
          <Value key={`${one.device} ${one.quantity} ${one.time}`} one={one} received={received} />
        ))}
      </Table.Tbody>
    </WideTable>
  );
}

function Value({ one, received }: { one: WouldKeep; received: string }) {
  const { t } = useTranslation(["gateways", "words"]);
  const format = useFormat();
  const late = Date.parse(received) - Date.parse(one.time);
  return (
    <Table.Tr>
      <Table.Td>
        {one.device}
        {one.new_series && (
          <Group gap={4} mt={2}>
            <Badge tone="info">{t("decoded.new")}</Badge>
          </Group>
        )}
      </Table.Td>
      <Table.Td>
        {t(`words:quantity.${one.quantity}`, one.quantity)}
        {!one.known_quantity && (
          <Text size="xs" c="dimmed">
            {t("decoded.unknown_quantity")}
          </Text>
        )}
      </Table.Td>
      <Table.Td ta="end">
        {format.value(one.value, one.unit, DIGITS)}
        {one.said && (
          <Text size="xs" c="dimmed">
            {t("decoded.said", { value: format.value(one.said.value, one.said.unit, DIGITS) })}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        {format.clock(one.time)}
        <Text size="xs" c="dimmed">
          {one.flags.includes("no_time")
            ? t("flag.no_time")
            : t(late < 0 ? "decoded.ahead" : "decoded.delay", { stretch: format.duration(Math.abs(late)) })}
        </Text>
        {one.flags
          .filter((flag) => flag !== "no_time")
          .map((flag) => (
            <Badge key={flag} tone="caution">
              {t(`flag.${flag}`, flag)}
            </Badge>
          ))}
      </Table.Td>
    </Table.Tr>
  );
}

/** Why something was refused, where it stands, and what to change. */
export function Refusal({ refusal }: { refusal: WouldRefuse }) {
  const { t } = useTranslation(["gateways", "words"]);
  return (
    <Alert
      color="red"
      icon={<CircleX aria-hidden size={18} />}
      title={t(`words:reject.${refusal.reason}`, refusal.message)}
      p="xs"
    >
      {refusal.detail && (
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          {refusal.detail}
        </Text>
      )}
      <Text size="sm">{t("decoded.fix", { fix: t(`words:reject_fix.${refusal.reason}`, refusal.fix) })}</Text>
      {refusal.values > 0 && <Text size="xs">{t("decoded.refused", { count: refusal.values })}</Text>}
    </Alert>
  );
}
