/** The page: providers outside, then who is logged in, then the view at the address. */
import { MantineProvider, mergeThemeOverrides } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { type ComponentType, lazy, type ReactNode, Suspense } from "react";
import { useTranslation } from "react-i18next";
import {
  createBrowserRouter,
  matchPath,
  Navigate,
  Outlet,
  type RouteObject,
  RouterProvider,
} from "react-router";
import { queries } from "@/api/queries";
import { Live } from "@/live/Live";
import { Loading } from "@/parts/states/Loading";
import { ROUTES, type ViewRoute } from "@/routes";
import { opens } from "@/shell/audience";
import { Boundary } from "@/shell/Boundary";
import { entriesFor } from "@/shell/Navigation";
import { NotFound } from "@/shell/NotFound";
import { Shell } from "@/shell/Shell";
import { useSession, WithSession } from "@/shell/session";
import { legible, theme } from "@/shell/theme";

const LogIn = lazy(() => import("@/views/log-in/LogIn"));
const Invitation = lazy(() => import("@/views/log-in/Invitation"));
const SetUp = lazy(() => import("@/views/first-run/SetUp"));

/** The first place in the navigation of whoever comes to `/`, until a view of its own stands there. */
function Home() {
  const first = entriesFor(useSession())[0];
  return first ? <Navigate to={first.path} replace /> : <NotFound />;
}

/** A view for whoever may do what it needs; to everybody else it does not exist. */
function Guarded({ path, act, children }: { path: string; act: string | undefined; children: ReactNode }) {
  const session = useSession();
  if (opens(session, path, act)) return children;
  return path === "/" ? <Home /> : <NotFound />;
}

/** Views that were fetched before anything was drawn: who opens the page does not see it wait. */
const fetched = new Map<string, ComponentType>();

/** Fetch the view at an address. */
export async function fetchView(pathname: string): Promise<void> {
  const route = ROUTES.find(({ path }) => matchPath(path, pathname));
  if (route) fetched.set(route.path, (await route.view()).default);
}

function routeOf({ path, view, act }: ViewRoute): RouteObject {
  const Lazy = lazy(view);
  function View() {
    const Here = fetched.get(path) ?? Lazy;
    return <Here />;
  }
  return {
    path,
    element: (
      <Guarded path={path} act={act}>
        <View />
      </Guarded>
    ),
  };
}

function LoggedIn() {
  return (
    <WithSession otherwise={<LogIn />}>
      <Live>
        <Shell />
      </Live>
    </WithSession>
  );
}

function Outermost() {
  return (
    <Boundary>
      <Suspense fallback={<Loading rows={1} height={480} />}>
        <Outlet />
      </Suspense>
    </Boundary>
  );
}

const views = ROUTES.map(routeOf);
const home: RouteObject[] = ROUTES.some(({ path }) => path === "/") ? [] : [{ path: "/", Component: Home }];
const router = createBrowserRouter([
  {
    Component: Outermost,
    children: [
      { path: "/invitation", Component: Invitation },
      { path: "/set-up", Component: SetUp },
      { Component: LoggedIn, children: [...home, ...views, { path: "*", Component: NotFound }] },
    ],
  },
]);

export function App({ nonce }: { nonce: string }) {
  const { t } = useTranslation("shell", { useSuspense: false });
  const named = { defaultProps: { closeButtonProps: { "aria-label": t("close") } } };
  const spoken = mergeThemeOverrides(theme, {
    components: { Modal: named, Drawer: named, Notification: named },
  });
  return (
    <MantineProvider
      theme={spoken}
      defaultColorScheme="auto"
      cssVariablesResolver={legible}
      getStyleNonce={() => nonce}
    >
      <Notifications position="top-right" />
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
