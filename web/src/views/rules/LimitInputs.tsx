/** One limit, open for changes; what was changed says what it was before, what is new or left out says so. */
import { Button, Group, NumberInput, Select, Stack, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ProfileBandIn } from "@/api/schema";
import { Seconds } from "@/parts/Seconds";
import { BandName, useUnit } from "@/views/rules/Limits";

export const SEVERITIES: ProfileBandIn["severity"][] = ["advice", "warning", "alarm", "critical"];

interface Props {
  band: ProfileBandIn;
  /** As it holds now; undefined: it is new. */
  before: ProfileBandIn | undefined;
  change: (some: Partial<ProfileBandIn>) => void;
  onMore: () => void;
  onRemove: () => void;
}

export function LimitInputs({ band, before, change, onMore, onRemove }: Props) {
  const { t } = useTranslation(["rules", "words"]);
  const unit = useUnit(band.quantity);
  const name = (field: string) => `${t(`column.${field}`)}: ${band.band}`;
  const number = (field: "limit" | "deadband" | "min_samples", least?: number) => (
    <NumberInput
      aria-label={name(field)}
      size="sm"
      w={130}
      value={band[field]}
      onChange={(value) => typeof value === "number" && change({ [field]: value })}
      {...(least === undefined ? {} : { min: least })}
      {...(field === "min_samples" ? { allowDecimal: false } : { suffix: unit && ` ${unit}` })}
    />
  );
  return (
    <Table.Tr>
      <Table.Td valign="top">
        <BandName band={band} />
        {!before && <Small>{t("limit.is_new")}</Small>}
      </Table.Td>
      <Table.Td valign="top">{t(`side.${band.side}`)}</Table.Td>
      <Table.Td valign="top">
        <Stack gap={4}>
          {number("limit")}
          {before && before.limit !== band.limit && (
            <Small>{t("was", { value: `${before.limit} ${unit}` })}</Small>
          )}
          <Small>{t("column.deadband")}</Small>
          {number("deadband", 0)}
        </Stack>
      </Table.Td>
      <Table.Td valign="top">
        <Stack gap={4}>
          <Seconds
            label={name("delay")}
            value={band.on_delay_s}
            onChange={(value) => change({ on_delay_s: value ?? 0 })}
          />
          <Small>{t("column.min_samples")}</Small>
          {number("min_samples", 1)}
        </Stack>
      </Table.Td>
      <Table.Td valign="top">
        <Stack gap="xs">
          <Select
            aria-label={name("severity")}
            w={140}
            data={SEVERITIES.map((value) => ({ value, label: t(`words:severity.${value}`) }))}
            value={band.severity}
            allowDeselect={false}
            onChange={(value) => value && change({ severity: value as ProfileBandIn["severity"] })}
          />
          {band.off && <Small>{t("off")}</Small>}
        </Stack>
      </Table.Td>
      <Table.Td valign="top">
        <Group gap="xs" justify="flex-end">
          <Act name={t("limit.more_of", { band: band.band })} onClick={onMore}>
            {t("limit.more")}
          </Act>
          <Act name={t("limit.remove_of", { band: band.band })} onClick={onRemove}>
            {t("limit.remove")}
          </Act>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

/** `name` says it with the limit's own name, for who does not see in which line it stands. */
function Act({ name, onClick, children }: { name: string; onClick: () => void; children: string }) {
  return (
    <Button size="compact-sm" variant="default" onClick={onClick} aria-label={name}>
      {children}
    </Button>
  );
}

function Small({ children }: { children: string }) {
  return (
    <Text size="xs" c="dimmed">
      {children}
    </Text>
  );
}

/** A limit that is to be left out, until that is taken back. */
export function LeftOut({ band, onBack }: { band: ProfileBandIn; onBack: () => void }) {
  const { t } = useTranslation("rules");
  return (
    <Table.Tr>
      <Table.Td>
        <BandName band={band} />
      </Table.Td>
      <Table.Td colSpan={4}>
        <Text size="sm" c="dimmed">
          {t("limit.left_out")}
        </Text>
      </Table.Td>
      <Table.Td ta="end">
        <Act name={t("limit.back_of", { band: band.band })} onClick={onBack}>
          {t("limit.put_back")}
        </Act>
      </Table.Td>
    </Table.Tr>
  );
}
