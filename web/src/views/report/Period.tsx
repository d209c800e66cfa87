/** For which period a report is made: one of the usual, or dates of one's own, by the clock of the place. */
import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { momentOfText, PRESETS, presetRange, textOf } from "@/views/report/periods";

interface Props {
  /** As the API writes it; undefined until it is known. */
  from: string | undefined;
  to: string | undefined;
  clock?: string;
  onChange: (from: string, to: string) => void;
}

export function Period({ from, to, clock, onChange }: Props) {
  const { t } = useTranslation("report");
  const [begins, begin] = useState("");
  const [ends, end] = useState("");
  useEffect(() => {
    if (from) begin(textOf(Date.parse(from), clock));
    if (to) end(textOf(Date.parse(to), clock));
  }, [from, to, clock]);
  const [start, stop] = [momentOfText(begins, clock), momentOfText(ends, clock)];
  const wrong = start !== undefined && stop !== undefined && stop <= start;
  const tell = (range: [number, number]) =>
    onChange(new Date(range[0]).toISOString(), new Date(range[1]).toISOString());

  function send(event: FormEvent) {
    event.preventDefault();
    if (start !== undefined && stop !== undefined && !wrong) tell([start, stop]);
  }

  return (
    <Stack gap="xs">
      <Group gap={6} role="group" aria-label={t("period.title")}>
        {PRESETS.map((preset) => (
          <Button
            key={preset}
            size="compact-sm"
            variant="default"
            onClick={() => tell(presetRange(preset, Date.now(), clock))}
          >
            {t(`period.${preset}`)}
          </Button>
        ))}
      </Group>
      <form onSubmit={send}>
        <Group gap="xs" align="flex-end">
          <TextInput
            type="datetime-local"
            label={t("from")}
            value={begins}
            onChange={(event) => begin(event.currentTarget.value)}
            required
          />
          <TextInput
            type="datetime-local"
            label={t("to")}
            value={ends}
            onChange={(event) => end(event.currentTarget.value)}
            error={wrong ? t("wrong_order") : undefined}
            required
          />
          <Button type="submit" variant="light" disabled={wrong || start === undefined || stop === undefined}>
            {t("make")}
          </Button>
        </Group>
      </form>
      <Text size="sm" c="dimmed">
        {clock ? t("clock", { zone: clock }) : t("clock_reader")}
      </Text>
    </Stack>
  );
}
