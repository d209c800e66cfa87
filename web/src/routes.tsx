/** Every view of the page, one line each: its address, its file, who may see it, and where it stands in the navigation. */
import { ClipboardCheck, ListChecks, type LucideIcon, Package, ScanLine } from "lucide-react";
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
  { path: "/desk/new", view: () => import("@/views/ticket/NewTicket"), act: "tickets.open" },
  { path: "/desk/:number", view: () => import("@/views/ticket/Ticket"), act: "tickets.read" },
  { path: "/mine", view: () => import("@/views/mine/Mine"), act: "tickets.comment", nav: { name: "mine", icon: ClipboardCheck, order: 24 } },
  { path: "/mine/waiting", view: () => import("@/views/mine/WaitingView"), act: "tickets.comment" },
  { path: "/mine/:number", view: () => import("@/views/mine/MyTicket"), act: "tickets.comment" },
  { path: "/scan", view: () => import("@/views/scan/Scan"), act: "things.scan", nav: { name: "scan", icon: ScanLine, order: 26 } },
  { path: "/own", view: () => import("@/views/own/Own"), act: "goods.read", nav: { name: "own", icon: Package, order: 10 } },
  { path: "/own/report", view: () => import("@/views/own/Report"), act: "tickets.open" },
  { path: "/own/tickets/:number", view: () => import("@/views/own/OwnTicket"), act: "tickets.read" },
];
