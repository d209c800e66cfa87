/** What a mean kinetic temperature may speak for: excursions that are short and not too far. */
import { Checkbox, NumberInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { AllowedIn } from "@/api/schema";
import { Stretch } from "@/parts/Seconds";

/** Controlled room temperature, as pharmacopoeias have it. */
export const NO_ALLOWANCE: AllowedIn = { low: 15, high: 30, most: 40, most_s: 86_400, coverage: 0.9 };
const PER_CENT = 100;

interface Props {
  value: AllowedIn | null;
  /** With what it begins. */
  begin: AllowedIn;
  onChange: (value: AllowedIn | null) => void;
}

export function Allowed({ value, begin, onChange }: Props) {
  const { t } = useTranslation("rules");
  const degrees = (name: "low" | "high" | "most") =>
    value && (
      <NumberInput
        key={name}
        label={t(`allowed.${name}`)}
        suffix=" °C"
        value={value[name]}
        onChange={(said) => typeof said === "number" && onChange({ ...value, [name]: said })}
      />
    );
  return (
    <>
      <Checkbox
        label={t("allowed.title")}
        description={t("allowed.help")}
        checked={value !== null}
        onChange={(event) => onChange(event.currentTarget.checked ? begin : null)}
      />
      {value && (
        <>
          {degrees("low")}
          {degrees("high")}
          {degrees("most")}
          <Stretch
            label={t("allowed.most_for")}
            value={value.most_s}
            onChange={(most_s) => onChange({ ...value, most_s: most_s ?? begin.most_s })}
          />
          <NumberInput
            label={t("allowed.coverage")}
            suffix=" %"
            min={0}
            max={PER_CENT}
            value={Math.round(value.coverage * PER_CENT)}
            onChange={(said) => typeof said === "number" && onChange({ ...value, coverage: said / PER_CENT })}
          />
        </>
      )}
    </>
  );
}
