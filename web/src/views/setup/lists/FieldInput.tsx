/** One field of a form, whatever its type; what is wrong with it stands below it. */
import { MultiSelect, NumberInput, Select, TagsInput, Textarea, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Reference, useNames as useKeys } from "@/parts/Reference";
import { Stretch } from "@/parts/Seconds";
import { useNames } from "@/views/setup/lists/names";
import { Parts } from "@/views/setup/lists/Parts";
import { localOf, momentOf, type Values } from "@/views/setup/lists/values";
import type { Field, FieldType } from "@/views/setup/shapes";

export interface InputProps {
  field: Field;
  value: unknown;
  onChange: (value: unknown) => void;
  error?: string | undefined;
  disabled: boolean;
}

interface Common {
  label: string;
  description: string;
  required: boolean;
  disabled: boolean;
  error: string | undefined;
}

export function FieldInput(props: InputProps) {
  const { field, error, disabled } = props;
  const names = useNames();
  const common: Common = {
    label: names.field(field),
    description: names.help(field),
    required: field.required,
    disabled,
    error,
  };
  const Drawn = KINDS[field.type];
  return <Drawn {...props} common={common} />;
}

type Drawing = InputProps & { common: Common };
const list = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);
const text = (value: unknown) => (value === null || value === undefined ? "" : String(value));

function Line({ field, value, onChange, common }: Drawing) {
  const kind = field.type === "clock" ? "time" : field.name === "email" ? "email" : "text";
  return (
    <TextInput
      {...common}
      type={kind === "email" ? "text" : kind}
      inputMode={field.type === "amount" ? "decimal" : kind === "email" ? "email" : "text"}
      value={text(value)}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

function Figure({ field, value, onChange, common }: Drawing) {
  return (
    <NumberInput
      {...common}
      value={typeof value === "number" ? value : ""}
      allowDecimal={field.type === "number"}
      onChange={(said) => onChange(typeof said === "number" ? said : null)}
    />
  );
}

function Moment({ value, onChange, common }: Drawing) {
  const { t } = useTranslation("setup");
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <TextInput
      {...common}
      type="datetime-local"
      description={`${common.description} ${t("in_zone", { zone })}`.trim()}
      value={localOf(value)}
      onChange={(event) => onChange(momentOf(event.currentTarget.value))}
    />
  );
}

function Choice({ field, value, onChange, common }: Drawing) {
  const names = useNames();
  return (
    <Select
      {...common}
      data={(field.choices ?? []).map((one) => ({ value: one, label: names.choice(field, one) }))}
      value={text(value) || null}
      onChange={(said) => onChange(said)}
      allowDeselect={field.nullable}
      clearable={field.nullable}
    />
  );
}

function Flag({ field, value, onChange, common }: Drawing) {
  const { t } = useTranslation("setup");
  return (
    <Select
      {...common}
      data={[
        { value: "true", label: t("yes") },
        { value: "false", label: t("no") },
      ]}
      value={typeof value === "boolean" ? String(value) : field.nullable ? null : "false"}
      onChange={(said) => onChange(said === null ? null : said === "true")}
      allowDeselect={field.nullable}
      clearable={field.nullable}
    />
  );
}

function Choices({ field, value, onChange, common }: Drawing) {
  const names = useNames();
  return (
    <MultiSelect
      {...common}
      data={(field.choices ?? []).map((one) => ({ value: one, label: names.choice(field, one) }))}
      value={list(value)}
      onChange={onChange}
    />
  );
}

function Tags({ field, value, onChange, common }: Drawing) {
  const numbers = field.type === "numbers";
  return (
    <TagsInput
      {...common}
      value={list(value)}
      onChange={(said) => onChange(numbers ? said.map(Number).filter(Number.isFinite) : said)}
      splitChars={[",", ";", "；", "，", "、"]}
    />
  );
}

function One({ field, value, onChange, common }: Drawing) {
  return <Reference {...common} path={field.refers ?? ""} value={text(value) || null} onChange={onChange} />;
}

function Many({ field, value, onChange, common }: Drawing) {
  const { keys } = useKeys(field.refers ?? "");
  return <TagsInput {...common} data={keys} value={list(value)} onChange={onChange} />;
}

function Duration({ value, onChange, common }: Drawing) {
  return <Stretch {...common} value={typeof value === "number" ? value : null} onChange={onChange} />;
}

/** Pairs of figures, one pair to a line. */
function Pairs({ value, onChange, common }: Drawing) {
  const { t } = useTranslation("setup");
  const rows = Array.isArray(value) ? (value as number[][]) : [];
  return (
    <Textarea
      {...common}
      description={t("pairs")}
      autosize
      minRows={2}
      defaultValue={rows.map((row) => row.join(" ")).join("\n")}
      onBlur={(event) =>
        onChange(
          event.currentTarget.value
            .split("\n")
            .map((line) =>
              line
                .trim()
                .split(/[\s;]+/)
                .map(Number),
            )
            .filter((row) => row.length > 1),
        )
      }
    />
  );
}

function Several({ field, value, onChange, common, disabled }: Drawing) {
  return (
    <Parts
      field={field}
      label={common.label}
      values={Array.isArray(value) ? (value as Values[]) : []}
      onChange={onChange}
      error={common.error}
      disabled={disabled}
    />
  );
}

const KINDS: Record<FieldType, (props: Drawing) => React.ReactNode> = {
  text: Line,
  clock: Line,
  amount: Line,
  number: Figure,
  integer: Figure,
  time: Moment,
  choice: Choice,
  flag: Flag,
  choices: Choices,
  texts: Tags,
  numbers: Tags,
  ref: One,
  refs: Many,
  seconds: Duration,
  pairs: Pairs,
  parts: Several,
};
