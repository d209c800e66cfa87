/** Every view of the page, one line each: its address, its file, who may see it, and where it stands in the navigation. */
import { ListChecks, type LucideIcon, MapPin, Package, Truck } from "lucide-react";
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
  { path: "/places", view: () => import("@/views/places/Places"), act: "places.read", nav: { name: "places", icon: MapPin, order: 30 } },
  { path: "/places/sites/:key", view: () => import("@/views/places/Site"), act: "places.read" },
  { path: "/places/zones/:key", view: () => import("@/views/places/Zone"), act: "places.read" },
  { path: "/places/shipments", view: () => import("@/views/shipments/Shipments"), act: "goods.read", nav: { name: "shipments", icon: Truck, order: 44 } },
  { path: "/places/shipments/:key", view: () => import("@/views/shipments/Shipment"), act: "goods.read" },
  { path: "/places/lots", view: () => import("@/views/lots/Lots"), act: "goods.read", nav: { name: "lots", icon: Package, order: 46 } },
  { path: "/places/lots/:key", view: () => import("@/views/lots/Lot"), act: "goods.read" },
  { path: "/report/:kind/:key", view: () => import("@/views/report/Report"), act: "readings.read" },
];
