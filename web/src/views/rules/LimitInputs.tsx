/** One limit, open for changes; what was changed says what it was before. */
import { NumberInput, Select, Stack, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ProfileBandIn } from "@/api/schema";
import { Seconds } from "@/parts/Seconds";
import { BandName, useUnit } from "@/views/rules/Limits";

const SEVERITIES: ProfileBandIn["severity"][] = ["advice", "warning", "alarm", "critical"];

interface Props {
  band: ProfileBandIn;
  edit: Partial<ProfileBandIn>;
  change: (edit: Partial<ProfileBandIn>) => void;
}

export function LimitInputs({ band, edit, change }: Props) {
  const { t } = useTranslation(["rules", "words"]);
  const unit = useUnit(band.quantity);
  const now = { ...band, ...edit };
  const name = (field: string) => `${t(`column.${field}`)}: ${band.band}`;
  const number = (field: "limit" | "deadband" | "min_samples", least?: number) => (
    <NumberInput
      aria-label={name(field)}
      size="sm"
      w={130}
      value={now[field]}
      onChange={(value) => typeof value === "number" && change({ [field]: value })}
      {...(least === undefined ? {} : { min: least })}
      {...(field === "min_samples" ? { allowDecimal: false } : { suffix: unit && ` ${unit}` })}
    />
  );
  const small = (label: string) => (
    <Text size="xs" c="dimmed">
      {label}
    </Text>
  );
  return (
    <Table.Tr>
      <Table.Td valign="top">
        <BandName band={band} />
      </Table.Td>
      <Table.Td valign="top">{t(`side.${band.side}`)}</Table.Td>
      <Table.Td valign="top">
        <Stack gap={4}>
          {number("limit")}
          {edit.limit !== undefined && small(t("was", { value: `${band.limit} ${unit}` }))}
          {small(t("column.deadband"))}
          {number("deadband", 0)}
        </Stack>
      </Table.Td>
      <Table.Td valign="top">
        <Stack gap={4}>
          <Seconds
            label={name("delay")}
            value={now.on_delay_s}
            onChange={(value) => change({ on_delay_s: value ?? 0 })}
          />
          {small(t("column.min_samples"))}
          {number("min_samples", 1)}
        </Stack>
      </Table.Td>
      <Table.Td valign="top">
        <Select
          aria-label={name("severity")}
          w={140}
          data={SEVERITIES.map((value) => ({ value, label: t(`words:severity.${value}`) }))}
          value={now.severity}
          allowDeselect={false}
          onChange={(value) => value && change({ severity: value as ProfileBandIn["severity"] })}
        />
      </Table.Td>
    </Table.Tr>
  );
}
