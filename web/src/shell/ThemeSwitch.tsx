/** Light, dark, or as the device has it. */
import { ActionIcon, Menu, useMantineColorScheme } from "@mantine/core";
import { Check, Monitor, Moon, Sun } from "lucide-react";
import { useTranslation } from "react-i18next";

const SCHEMES = [
  ["auto", Monitor],
  ["light", Sun],
  ["dark", Moon],
] as const;

export function ThemeSwitch() {
  const { t } = useTranslation("shell");
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [, Icon] = SCHEMES.find(([name]) => name === colorScheme) ?? SCHEMES[0];
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" aria-label={t("theme.title")}>
          <Icon aria-hidden size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {SCHEMES.map(([name, Each]) => (
          <Menu.Item
            key={name}
            leftSection={<Each aria-hidden size={16} />}
            rightSection={colorScheme === name ? <Check aria-hidden size={14} /> : null}
            onClick={() => setColorScheme(name)}
          >
            {t(`theme.${name}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
