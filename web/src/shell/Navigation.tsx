/** Where one can go: the views for which the session's acts suffice, at the side or, on a phone, below. */
import { Drawer, NavLink, Stack, Text, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Menu } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link, NavLink as RouterLink, useLocation } from "react-router";
import { type Place, ROUTES } from "@/routes";
import style from "@/shell/Shell.module.css";
import { type Session, useSession } from "@/shell/session";

const IN_BAR = 4;

interface Entry extends Place {
  path: string;
}

/** The entries for a session, in order. */
export function entriesFor(session: Session): Entry[] {
  return ROUTES.flatMap((route) =>
    route.nav && (!route.act || session.may(route.act)) ? [{ ...route.nav, path: route.path }] : [],
  ).sort((a, b) => a.order - b.order);
}

function leadsTo(path: string, pathname: string): boolean {
  return path === "/" ? pathname === "/" : pathname === path || pathname.startsWith(`${path}/`);
}

/** Whether one is at an entry: below its address, and below that of no entry further in. */
function isHere(path: string, pathname: string): boolean {
  const nearest = ROUTES.filter((route) => route.nav && leadsTo(route.path, pathname)).map(
    (route) => route.path,
  );
  return leadsTo(path, pathname) && nearest.every((each) => each.length <= path.length);
}

function Links({ entries, onGo }: { entries: Entry[]; onGo?: () => void }) {
  const { t } = useTranslation("shell");
  const { pathname } = useLocation();
  return entries.map(({ path, name, icon: Icon }) => (
    <NavLink
      key={path}
      component={Link}
      to={path}
      label={t(`nav.${name}`)}
      leftSection={<Icon aria-hidden size={18} />}
      active={isHere(path, pathname)}
      aria-current={isHere(path, pathname) ? "page" : undefined}
      {...(onGo ? { onClick: onGo } : {})}
    />
  ));
}

export function SideBar() {
  const { t } = useTranslation("shell");
  const entries = entriesFor(useSession());
  const setup = entries.filter(({ group }) => group === "setup");
  return (
    <Stack gap={2}>
      <Links entries={entries.filter(({ group }) => group !== "setup")} />
      {setup.length > 0 && (
        <Text size="xs" c="dimmed" fw={600} mt="md" px="sm">
          {t("setup")}
        </Text>
      )}
      <Links entries={setup} />
    </Stack>
  );
}

export function BottomBar() {
  const { t } = useTranslation("shell");
  const [opened, { open, close }] = useDisclosure(false);
  const entries = entriesFor(useSession());
  const rest = entries.slice(IN_BAR);
  return (
    <div className={style["bar"]}>
      {entries.slice(0, IN_BAR).map(({ path, name, icon: Icon }) => (
        <RouterLink key={path} to={path} end={path === "/"}>
          <Icon aria-hidden size={20} />
          {t(`nav.${name}`)}
        </RouterLink>
      ))}
      {rest.length > 0 && (
        <UnstyledButton onClick={open} aria-haspopup="dialog">
          <Menu aria-hidden size={20} />
          {t("more")}
        </UnstyledButton>
      )}
      <Drawer opened={opened} onClose={close} position="bottom" title={t("navigation")} size="70%">
        <Links entries={rest} onGo={close} />
      </Drawer>
    </div>
  );
}
