/** Which deadlines a ticket would have, and by which steps; nothing is opened. */
import { Button, Group, List, Select, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import type { ClocksView, TryIn } from "@/api/schema";
import { useActing } from "@/parts/acting";
import { Section } from "@/parts/Section";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { TimeText } from "@/parts/TimeText";

const KINDS: TryIn["kind"][] = ["customer", "goods", "sensor", "gateway", "equipment", "internal"];
const CATEGORIES: TryIn["category"][] = ["technical", "quality", "delivery", "feedback"];
const PHASES: TryIn["phase"][] = ["after_sale", "in_sale", "pre_sale"];
const PRIORITIES = ["P1", "P2", "P3", "P4", "P5"];

export function TryPolicy() {
  const { t } = useTranslation(["setup", "words"]);
  const [asked, ask] = useState<TryIn>({
    kind: "customer",
    category: "technical",
    phase: "after_sale",
    priority: "P3",
    grade: "",
    time_zone: "Asia/Shanghai",
  });
  const [found, setFound] = useState<ClocksView | null>(null);
  const { busy, problem, act } = useActing();
  const set = (some: Partial<TryIn>) => ask((before) => ({ ...before, ...some }));
  async function send() {
    const { data } = await api.POST("/api/v1/policies/try", { body: asked });
    setFound(data ?? null);
  }
  const select = (name: "kind" | "category" | "phase" | "priority", values: string[], words?: string) => (
    <Select
      label={t(`policies.${name}`)}
      data={values.map((value) => ({ value, label: words ? t(`${words}.${value}`, value) : value }))}
      value={asked[name]}
      allowDeselect={false}
      onChange={(value) => value && set({ [name]: value })}
      w={170}
    />
  );
  return (
    <Section title={t("policies.try")} onSend={() => act(send)}>
      <Stack>
        <Group align="flex-end">
          {select("priority", PRIORITIES)}
          {select("kind", KINDS, "words:ticket.kind")}
          {select("category", CATEGORIES, "words:ticket.category")}
          {select("phase", PHASES, "words:ticket.phase")}
          <TextInput
            label={t("policies.grade")}
            value={asked.grade}
            onChange={(event) => set({ grade: event.currentTarget.value })}
            w={110}
          />
          <Button type="submit" variant="light" loading={busy}>
            {t("policies.reckon")}
          </Button>
        </Group>
        {problem !== null && <ErrorNotice problem={problem} />}
        {found && <Clocks clocks={found} />}
      </Stack>
    </Section>
  );
}

function Clocks({ clocks }: { clocks: ClocksView }) {
  const { t } = useTranslation("setup");
  if (clocks.clocks.length === 0) return <Text>{t("policies.nothing")}</Text>;
  return (
    <Stack gap="sm" role="status">
      {clocks.clocks.map((one) => (
        <div key={one.name}>
          <Group gap="xs">
            <Text fw={600} size="sm">
              {one.title}
            </Text>
            {one.due && (
              <Text size="sm">
                <TimeText at={one.due} show="both" />
              </Text>
            )}
          </Group>
          <List size="sm" c="dimmed">
            {one.steps.map((step) => (
              <List.Item key={step}>{step}</List.Item>
            ))}
          </List>
        </div>
      ))}
    </Stack>
  );
}
