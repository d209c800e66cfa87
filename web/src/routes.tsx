/** Every view of the page, one line each: its address, its file, who may see it, and where it stands in the navigation. */
import { ListChecks, type LucideIcon, Ruler, Settings2 } from "lucide-react";
import type { ComponentType } from "react";

export interface Place {
  /** Key in `shell.json` below `nav`. */
  name: string;
  icon: LucideIcon;
  /** Lower is further up; a phone's bar shows the first four. */
  order: number;
  group?: "watch" | "setup";
}

export interface ViewRoute {
  path: string;
  view: () => Promise<{ default: ComponentType }>;
  /** An act of which the session must be capable (`acts` of `/api/v1/me`). */
  act?: string;
  nav?: Place;
}

// One line each, so that people who add views at the same time do not meet.
// biome-ignore format: one line each
export const ROUTES: ViewRoute[] = [
  { path: "/desk", view: () => import("@/views/desk/Desk"), act: "tickets.read", nav: { name: "desk", icon: ListChecks, order: 20 } },
  { path: "/rules", view: () => import("@/views/rules/Rules"), act: "quality.read", nav: { name: "rules", icon: Ruler, order: 70, group: "setup" } },
  { path: "/rules/:key", view: () => import("@/views/rules/ProfileView"), act: "quality.read" },
  { path: "/setup", view: () => import("@/views/setup/Setup"), act: "registry.read", nav: { name: "setup", icon: Settings2, order: 80, group: "setup" } },
  { path: "/setup/lists/:list", view: () => import("@/views/setup/lists/ListView") },
  { path: "/setup/lists/:list/:key", view: () => import("@/views/setup/lists/ObjectView") },
  { path: "/setup/import", view: () => import("@/views/setup/import/Import"), act: "lists.write" },
  { path: "/setup/import/:id", view: () => import("@/views/setup/import/ImportOne"), act: "lists.write" },
  { path: "/setup/users", view: () => import("@/views/setup/access/Users"), act: "users.manage" },
  { path: "/setup/keys", view: () => import("@/views/setup/access/Keys"), act: "keys.manage" },
  { path: "/setup/webhooks", view: () => import("@/views/setup/outside/Webhooks"), act: "webhooks.manage" },
  { path: "/setup/hooks", view: () => import("@/views/setup/outside/Hooks"), act: "hooks.manage" },
  { path: "/setup/policies", view: () => import("@/views/setup/policies/Policies"), act: "policies.read" },
  { path: "/setup/logger-files", view: () => import("@/views/setup/loggers/LoggerFiles"), act: "logger_files.read" },
  { path: "/setup/logger-files/:id", view: () => import("@/views/setup/loggers/LoggerFile"), act: "logger_files.read" },
  { path: "/setup/account", view: () => import("@/views/setup/access/Account"), act: "me" },
];
