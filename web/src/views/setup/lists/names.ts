/** What lists, fields and choices are called in the reader's language. */
import { useTranslation } from "react-i18next";
import { useFormat } from "@/parts/format";
import type { Field, FieldType } from "@/views/setup/shapes";

/** Languages by their own names. */
const SPOKEN: Record<string, string> = { en: "English", zh: "中文" };
/** Fields that no list has. */
const OWN = new Set(["battery", "certificates", "turns", "quantities", "legs"]);

export interface Names {
  list: (name: string) => string;
  field: (field: Field) => string;
  help: (field: Field) => string;
  choice: (field: Field, value: string) => string;
  /** A value as it stands in a table. */
  value: (field: Field, value: unknown) => string;
}

export function useNames(): Names {
  const { t } = useTranslation(["fields", "setup"]);
  const format = useFormat();
  const own = (field: Field) => OWN.has(field.name) && (field.type === "parts" || field.type === "pairs");
  const choice = (field: Field, value: string) =>
    field.words ? t(`fields:word.${field.words}.${value}`, value) : (SPOKEN[value] ?? value);

  const told: Partial<Record<FieldType, (field: Field, value: unknown) => string>> = {
    flag: (_, value) => t(value ? "setup:yes" : "setup:no"),
    choice: (field, value) => choice(field, String(value)),
    time: (_, value) => format.moment(String(value), undefined, "short"),
    seconds: (_, value) => format.duration(Number(value) * 1_000),
  };
  function plain(field: Field, value: unknown): string {
    const tell = told[field.type];
    if (tell) return tell(field, value);
    return typeof value === "number" ? format.number(value, 6) : String(value);
  }

  return {
    list: (name) => (name === "organisations" ? t("setup:organisations") : t(`fields:sheet.${name}`, name)),
    field: (field) =>
      own(field) ? t(`setup:part.${field.name}`) : t(`fields:field.${field.text}`, field.name),
    help: (field) => (own(field) ? "" : t(`fields:help.${field.text}`, "")),
    choice,
    value(field, value) {
      if (value === null || value === undefined || value === "") return "–";
      if (!Array.isArray(value)) return plain(field, value);
      if (value.length === 0) return "–";
      if (field.type === "parts" || field.type === "pairs") return format.number(value.length);
      return value
        .map((one) => (field.type === "choices" ? choice(field, String(one)) : String(one)))
        .join(", ");
    },
  };
}
