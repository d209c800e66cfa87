/** Every view of the page, one line each: its address, its file, who may see it, and where it stands in the navigation. */
import { Footprints, ListChecks, type LucideIcon, Radar } from "lucide-react";
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
  { path: "/", view: () => import("@/views/now/Now"), act: "places.read", nav: { name: "now", icon: Radar, order: 10 } },
  { path: "/first-run", view: () => import("@/views/first-run/FirstRun"), act: "registry.write", nav: { name: "first_run", icon: Footprints, order: 80, group: "setup" } },
  { path: "/desk", view: () => import("@/views/desk/Desk"), act: "tickets.read", nav: { name: "desk", icon: ListChecks, order: 20 } },
];
