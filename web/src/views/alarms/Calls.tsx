/** Critical messages to each person in each night. */
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { AlarmQualityView } from "@/api/schema";
import { type Bar, type BarPart, Bars, type BarTone } from "@/parts/Bars";
import { useFormat } from "@/parts/format";
import { Section } from "@/parts/Section";

const TONES: BarTone[] = ["good", "warning", "info", "quiet", "danger"];

export function Calls({ calls }: { calls: AlarmQualityView["calls"] }) {
  const { t } = useTranslation("alarms");
  const format = useFormat();
  const people = [...new Set(calls.map(({ person }) => person))].sort();
  const nights = [...new Set(calls.map(({ night }) => night))].sort();
  const parts = people.map((person, i): BarPart => {
    const name = person.replace(/^person:/, "");
    return { name, tone: TONES[i % TONES.length] ?? "quiet" };
  });
  const bars = nights.map((night): Bar => {
    const of = (person: string) =>
      calls.find((one) => one.night === night && one.person === person)?.calls ?? 0;
    return { key: night, label: format.day(night), values: people.map(of) };
  });
  return (
    <Section title={t("quality.calls")} hint={t("quality.calls_about")}>
      {bars.length === 0 ? (
        <Text size="sm">{t("quality.no_calls")}</Text>
      ) : (
        <Bars label={t("quality.calls")} parts={parts} bars={bars} />
      )}
    </Section>
  );
}
