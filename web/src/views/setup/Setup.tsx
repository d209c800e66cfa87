/** Set up: everything that the service has to know, list by list, and the tools to fill and guard it. */
import { Card, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import {
  Bell,
  Boxes,
  Braces,
  FileSpreadsheet,
  KeyRound,
  type LucideIcon,
  MapPin,
  MapPinned,
  Radio,
  Scale,
  Thermometer,
  UserCog,
  UserRound,
  Users,
  Webhook,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { to } from "@/links";
import { PageHead } from "@/parts/PageHead";
import { useSession } from "@/shell/session";
import { useNames } from "@/views/setup/lists/names";
import style from "@/views/setup/Setup.module.css";
import { GROUPS, shapeOf } from "@/views/setup/shapes";

const ICONS: Record<string, LucideIcon> = { places: MapPin, devices: Radio, goods: Boxes, people: Users };
const TOOLS: { name: string; act: string; icon: LucideIcon }[] = [
  { name: "import", act: "lists.write", icon: FileSpreadsheet },
  { name: "logger-files", act: "logger_files.read", icon: Thermometer },
  { name: "placements", act: "registry.write", icon: MapPinned },
  { name: "mappings", act: "mappings.read", icon: Braces },
  { name: "users", act: "users.manage", icon: UserCog },
  { name: "keys", act: "keys.manage", icon: KeyRound },
  { name: "webhooks", act: "webhooks.manage", icon: Webhook },
  { name: "hooks", act: "hooks.manage", icon: Bell },
  { name: "policies", act: "policies.read", icon: Scale },
  { name: "account", act: "me", icon: UserRound },
];

export default function Setup() {
  const { t } = useTranslation("setup");
  const { may } = useSession();
  const names = useNames();
  const groups = Object.entries(GROUPS)
    .map(([group, lists]) => ({
      group,
      lists: lists.map(shapeOf).filter((shape) => shape !== undefined && may(shape.read)),
    }))
    .filter(({ lists }) => lists.length > 0);
  const tools = TOOLS.filter(({ act }) => may(act));
  return (
    <>
      <PageHead title={t("title")}>{t("what")}</PageHead>
      <Stack gap="xl">
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }}>
          {groups.map(({ group, lists }) => {
            const Icon = ICONS[group] ?? Boxes;
            return (
              <Card key={group} withBorder component="section">
                <Group gap="xs" mb="xs" wrap="nowrap">
                  <Icon aria-hidden size={20} className={style["icon"] ?? ""} />
                  <Title order={2} size="h4">
                    {t(`group.${group}`)}
                  </Title>
                </Group>
                <ul className={style["links"]}>
                  {lists.map(
                    (shape) =>
                      shape && (
                        <li key={shape.list}>
                          <Link to={to.list(shape.list)} className={style["link"] ?? ""}>
                            {names.list(shape.list)}
                          </Link>
                        </li>
                      ),
                  )}
                </ul>
              </Card>
            );
          })}
        </SimpleGrid>
        {tools.length > 0 && (
          <section>
            <Title order={2} size="h4" mb="sm">
              {t("tools")}
            </Title>
            <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }}>
              {tools.map(({ name, icon: Icon }) => (
                <Card
                  key={name}
                  withBorder
                  component={Link}
                  to={to.setup(name)}
                  className={style["tool"] ?? ""}
                >
                  <Group gap="sm" wrap="nowrap" align="flex-start">
                    <Icon aria-hidden size={20} className={style["icon"] ?? ""} />
                    <div>
                      <Text fw={600}>{t(`tool.${name}`)}</Text>
                      <Text size="sm" c="dimmed">
                        {t(`tool_what.${name}`)}
                      </Text>
                    </div>
                  </Group>
                </Card>
              ))}
            </SimpleGrid>
          </section>
        )}
      </Stack>
    </>
  );
}
