/** From when on changed limits hold: from now, since the present version began, or from a date ahead or back. */
import { Radio, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Since } from "@/views/rules/limits";

const CHOICES = ["now", "begin", "date"] as const;
type Choice = (typeof CHOICES)[number];

interface Props {
  /** undefined: a date that is not whole yet. */
  onChange: (since: Since | undefined) => void;
}

export function ValidFrom({ onChange }: Props) {
  const { t } = useTranslation("rules");
  const [choice, choose] = useState<Choice>("now");
  const [date, say] = useState("");
  const told = (which: Choice, text: string) => {
    const at = Date.parse(text);
    onChange(which === "date" ? (Number.isNaN(at) ? undefined : at) : which);
  };
  return (
    <Stack gap="xs">
      <Radio.Group
        value={choice}
        onChange={(value) => {
          choose(value as Choice);
          told(value as Choice, date);
        }}
        label={t("save.since")}
      >
        <Stack gap="xs" mt={4}>
          {CHOICES.map((one) => (
            <Radio key={one} value={one} label={t(`save.${one}`)} description={t(`save.${one}_why`)} />
          ))}
        </Stack>
      </Radio.Group>
      {choice === "date" && (
        <TextInput
          type="datetime-local"
          label={t("save.at")}
          description={t("save.at_help", { zone: Intl.DateTimeFormat().resolvedOptions().timeZone })}
          required
          min="2001-01-01T00:00"
          maw={320}
          ml="xl"
          value={date}
          onChange={({ currentTarget: { value } }) => {
            say(value);
            told("date", value);
          }}
        />
      )}
    </Stack>
  );
}
