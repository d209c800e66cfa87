/** Every view of the page, one line each: its address, its file, who may see it, and where it stands in the navigation. */
import {
  BellRing,
  Footprints,
  ListChecks,
  type LucideIcon,
  MailX,
  MapPin,
  Package,
  Radar,
  Router,
  Thermometer,
  Truck,
} from "lucide-react";
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
  { path: "/alarms", view: () => import("@/views/alarms/Alarms"), act: "alarms.read", nav: { name: "alarms", icon: BellRing, order: 30 } },
  { path: "/alarms/maintenance", view: () => import("@/views/alarms/Maintenance"), act: "maintenance.read" },
  { path: "/alarms/quality", view: () => import("@/views/alarms/Quality"), act: "quality.read" },
  { path: "/alarms/:id", view: () => import("@/views/alarms/Alarm"), act: "alarms.read" },
  { path: "/sensors/devices", view: () => import("@/views/devices/Devices"), act: "registry.read", nav: { name: "devices", icon: Thermometer, order: 50 } },
  { path: "/sensors/devices/:key", view: () => import("@/views/devices/Device"), act: "registry.read" },
  { path: "/sensors/gateways", view: () => import("@/views/gateways/Gateways"), act: "registry.read", nav: { name: "gateways", icon: Router, order: 52 } },
  { path: "/sensors/gateways/:key", view: () => import("@/views/gateways/Gateway"), act: "registry.read" },
  { path: "/sensors/dead-letters", view: () => import("@/views/dead-letters/DeadLetters"), act: "dead_letters.read", nav: { name: "dead_letters", icon: MailX, order: 54 } },
  { path: "/sensors/dead-letters/:id", view: () => import("@/views/dead-letters/DeadLetter"), act: "dead_letters.read" },
];
