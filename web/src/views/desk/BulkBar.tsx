/** What to do with the tickets that are ticked. */
import { Button, Group, Menu, Paper, Text } from "@mantine/core";
import { ChevronDown, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IN_BULK } from "@/views/desk/acts";
import type { OnAct } from "@/views/desk/Line";
import type { Picked } from "@/views/desk/picked";
import { ENDS } from "@/views/ticket/acts/table";

const SHOWN = 3;

export function BulkBar({ picked, onAct }: { picked: Picked; onAct: OnAct }) {
  const { t } = useTranslation(["desk", "ticket"]);
  const count = picked.tickets.length;
  if (count === 0) return null;
  const begin = (act: (typeof IN_BULK)[number]) => void onAct(act, picked.tickets);
  return (
    <Paper
      withBorder
      p="xs"
      role="region"
      aria-label={t("bulk.title")}
      pos="sticky"
      top={60}
      style={{ zIndex: 5 }}
    >
      <Group gap="xs">
        <Text fw={600}>{t("bulk.picked", { count })}</Text>
        {IN_BULK.slice(0, SHOWN).map((act) => (
          <Button key={act} size="xs" variant="light" onClick={() => begin(act)}>
            {t(`ticket:do.${act}`)}
          </Button>
        ))}
        <Menu shadow="md" position="bottom-start">
          <Menu.Target>
            <Button size="xs" variant="default" rightSection={<ChevronDown aria-hidden size={14} />}>
              {t("ticket:do.more")}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {IN_BULK.slice(SHOWN).map((act) => (
              <Menu.Item
                key={act}
                onClick={() => begin(act)}
                {...(ENDS.includes(act) ? { color: "red" } : {})}
              >
                {t(`ticket:do.${act}`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
        <Button size="xs" variant="subtle" leftSection={<X aria-hidden size={14} />} onClick={picked.none}>
          {t("bulk.none")}
        </Button>
      </Group>
    </Paper>
  );
}
