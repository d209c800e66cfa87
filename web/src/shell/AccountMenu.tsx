/** Who is logged in, and the way out. */
import { ActionIcon, Menu, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { LogOut, UserCog, UserRound } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { welcome } from "@/api/queries";
import { to } from "@/links";
import { leave } from "@/offline/person";
import { waitingOf } from "@/offline/store";
import { ConfirmWithReason } from "@/parts/ConfirmWithReason";
import { useSession } from "@/shell/session";

async function goodbye(owner: string): Promise<void> {
  await leave(owner);
  welcome(null);
  // Without a network the page may not come again: the form for the next one is here already.
  if (navigator.onLine) location.assign("/");
}

export function AccountMenu() {
  const { t } = useTranslation(["shell", "words"]);
  const { person_name, name, role } = useSession();
  const [asking, { open, close }] = useDisclosure(false);

  async function begin() {
    if ((await waitingOf(name)).length > 0) open();
    else await goodbye(name);
  }

  return (
    <>
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
          <Menu.Item component={Link} to={to.account()} leftSection={<UserCog aria-hidden size={16} />}>
            {t("account.own")}
          </Menu.Item>
          <Menu.Item leftSection={<LogOut aria-hidden size={16} />} onClick={() => void begin()}>
            {t("account.leave")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ConfirmWithReason
        opened={asking}
        title={t("account.waits")}
        act={t("account.leave_all_the_same")}
        danger
        reason="none"
        onConfirm={() => goodbye(name)}
        onClose={close}
      >
        {t("account.waits_what")}
      </ConfirmWithReason>
    </>
  );
}
