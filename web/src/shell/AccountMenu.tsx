/** Who is logged in, and the way out. */
import { ActionIcon, Menu, Text } from "@mantine/core";
import { LogOut, UserRound } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { ME, queries } from "@/api/queries";
import { useSession } from "@/shell/session";

async function leave(): Promise<void> {
  await api.POST("/api/v1/logout").catch(() => undefined);
  queries.clear();
  queries.setQueryData(ME, null);
  location.assign("/");
}

export function AccountMenu() {
  const { t } = useTranslation(["shell", "words"]);
  const { person_name, name, role } = useSession();
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ActionIcon variant="subtle" aria-label={t("account.title")}>
          <UserRound aria-hidden size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" fw={600}>
            {person_name || name}
          </Text>
          {t(`words:lists.word.role.${role}`, role)}
        </Menu.Label>
        <Menu.Item leftSection={<LogOut aria-hidden size={16} />} onClick={() => void leave()}>
          {t("account.leave")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
