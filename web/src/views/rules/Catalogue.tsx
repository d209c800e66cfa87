/** The catalogue of rules nobody has to write: what there is, with its sources, and taking it over for a place. */
import { Accordion, Button, Group, List, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import type { ProfileRulesView, RuleView } from "@/api/schema";
import { SeverityBadge } from "@/parts/badges";
import { useFormat } from "@/parts/format";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";
import { Adopt } from "@/views/rules/Adopt";

export function Catalogue({ adopt }: { adopt: boolean }) {
  const { t } = useTranslation("rules");
  const { data, error, refetch } = ask.useQuery("get", "/api/v1/catalogue/profiles");
  const [chosen, choose] = useState<ProfileRulesView | null>(null);
  if (error) return <ErrorNotice problem={error} again={() => void refetch()} />;
  if (!data) return <Loading rows={8} height={48} />;
  return (
    <Stack>
      <Text c="dimmed">{t("catalogue.what")}</Text>
      <Accordion variant="separated" order={2}>
        {data.items.map((one) => (
          <Accordion.Item key={one.key} value={one.key}>
            <Accordion.Control>
              <Text fw={600}>{one.name}</Text>
              <Text size="sm" c="dimmed">
                {t("n_limits", { count: one.rules.filter((rule) => !rule.off).length })}
              </Text>
            </Accordion.Control>
            <Accordion.Panel>
              <Stack>
                {one.note && <Text size="sm">{one.note}</Text>}
                <Rules rules={one.rules} />
                {adopt && (
                  <Group>
                    <Button onClick={() => choose(one)}>{t("catalogue.adopt")}</Button>
                  </Group>
                )}
              </Stack>
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
      {chosen && <Adopt goods={chosen} onClose={() => choose(null)} />}
    </Stack>
  );
}

/** Rules as a list of sentences with the reasons of each. */
export function Rules({ rules }: { rules: RuleView[] }) {
  const { t } = useTranslation(["rules", "words"]);
  const format = useFormat();
  return (
    <List listStyleType="none" spacing="sm">
      {rules.map((rule) => (
        <List.Item key={rule.band}>
          <Group gap="xs">
            {rule.off ? (
              <Text size="sm" c="dimmed">
                {t("off")}
              </Text>
            ) : (
              <SeverityBadge severity={rule.severity} />
            )}
            <Text size="sm" fw={500}>
              {t("catalogue.rule", {
                quantity: t(`words:quantity.${rule.quantity}`, rule.quantity),
                side: t(`side.${rule.side}`),
                limit: format.value(rule.limit, rule.unit, 2),
              })}
            </Text>
            {rule.on_delay_s > 0 && (
              <Text size="sm" c="dimmed">
                {t("catalogue.after", { delay: format.duration(rule.on_delay_s * 1_000) })}
              </Text>
            )}
          </Group>
          <Text size="xs" c="dimmed">
            {rule.off ?? rule.why.map((why) => why.text).join(" ")}
          </Text>
        </List.Item>
      ))}
    </List>
  );
}
