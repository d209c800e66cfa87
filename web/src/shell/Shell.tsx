/** The frame of every view: head, navigation (below on a phone), the connection's state, and the way past it all for keyboards. */
import { AppShell, Group, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Link, Outlet, useLocation } from "react-router";
import { PHONE } from "@/parts/phone";
import { Loading } from "@/parts/states/Loading";
import { Offline } from "@/parts/states/Offline";
import { AccountMenu } from "@/shell/AccountMenu";
import { Boundary } from "@/shell/Boundary";
import { ConnectionState } from "@/shell/ConnectionState";
import { LanguageSwitch } from "@/shell/LanguageSwitch";
import { BottomBar, SideBar } from "@/shell/Navigation";
import style from "@/shell/Shell.module.css";
import { ThemeSwitch } from "@/shell/ThemeSwitch";

const Companion = lazy(() => import("@/offline/Companion"));
const HEAD_PX = 52;
const BAR_PX = 60;

export function Shell() {
  const { t } = useTranslation("shell");
  const { pathname } = useLocation();
  const phone = useMediaQuery(PHONE, undefined, { getInitialValueInEffect: false });
  return (
    <AppShell
      header={{ height: HEAD_PX }}
      navbar={{ width: 216, breakpoint: "sm", collapsed: { mobile: true } }}
      {...(phone ? { footer: { height: BAR_PX } } : {})}
      padding="md"
    >
      <a href="#main" className={style["skip"]}>
        {t("skip")}
      </a>
      <AppShell.Header px="md">
        <Group h="100%" justify="space-between" wrap="nowrap">
          <Text component={Link} to="/" fw={700} c="inherit" className={style["name"] ?? ""}>
            <img src="/icon.svg" alt="" width={24} height={24} />
            {t("name")}
          </Text>
          <Group gap="xs" wrap="nowrap">
            <ConnectionState />
            <LanguageSwitch />
            <ThemeSwitch />
            <AccountMenu />
          </Group>
        </Group>
      </AppShell.Header>
      {!phone && (
        <AppShell.Navbar p="xs" aria-label={t("navigation")}>
          <SideBar />
        </AppShell.Navbar>
      )}
      <AppShell.Main id="main" tabIndex={-1} className={style["main"] ?? ""}>
        <Offline />
        <Suspense fallback={null}>
          <Companion />
        </Suspense>
        <Boundary key={pathname}>
          <Suspense fallback={<Loading />}>
            <Outlet />
          </Suspense>
        </Boundary>
      </AppShell.Main>
      {phone && (
        <AppShell.Footer aria-label={t("navigation")} component="nav">
          <BottomBar />
        </AppShell.Footer>
      )}
    </AppShell>
  );
}
