/** A stretch of time as people say it: a figure and its unit; seconds outside. */
import { Group, Input, NumberInput, Select } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

const UNITS = { s: 1, min: 60, h: 3_600, d: 86_400 } as const;
type Unit = keyof typeof UNITS;
const NAMES = Object.keys(UNITS) as Unit[];

/** The largest unit in which it is a whole number. */
function unitOf(seconds: number | null): Unit {
  if (!seconds) return "min";
  return [...NAMES].reverse().find((name) => seconds % UNITS[name] === 0) ?? "s";
}

interface Props {
  /** Read by screen readers; what stands above it is up to the form. */
  label: string;
  value: number | null;
  onChange: (seconds: number | null) => void;
  disabled?: boolean;
  invalid?: boolean;
}

export function Seconds({ label, value, onChange, disabled = false, invalid = false }: Props) {
  const { t } = useTranslation("states");
  const [unit, choose] = useState<Unit>(() => unitOf(value));
  const tell = (figure: number | null, of: Unit) =>
    onChange(figure === null ? null : Math.round(figure * UNITS[of] * 1_000) / 1_000);
  const figure = value === null ? null : value / UNITS[unit];
  return (
    <Group gap={4} wrap="nowrap">
      <NumberInput
        aria-label={label}
        w={90}
        min={0}
        value={figure ?? ""}
        onChange={(said) => tell(typeof said === "number" ? said : null, unit)}
        disabled={disabled}
        error={invalid}
      />
      <Select
        aria-label={t("unit", { label })}
        w={90}
        data={NAMES.map((name) => ({ value: name, label: t(`seconds.${name}`) }))}
        value={unit}
        allowDeselect={false}
        disabled={disabled}
        onChange={(chosen) => {
          if (!chosen) return;
          choose(chosen as Unit);
          tell(figure, chosen as Unit);
        }}
      />
    </Group>
  );
}

interface Labelled extends Props {
  description?: string;
  error?: string | undefined;
  required?: boolean;
}

/** The same with its label and explanation above it. */
export function Stretch({ description, error, required = false, ...rest }: Labelled) {
  return (
    <Input.Wrapper
      label={rest.label}
      description={description}
      error={error}
      required={required}
      labelElement="div"
    >
      <Seconds {...rest} invalid={error !== undefined} />
    </Input.Wrapper>
  );
}
