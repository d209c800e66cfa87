/** Every view of the page, one line each: its address, its file, who may see it, and where it stands in the navigation. */
import {
  BellRing,
  ClipboardCheck,
  Footprints,
  ListChecks,
  type LucideIcon,
  MailX,
  MapPin,
  Package,
  Radar,
  Router,
  Ruler,
  ScanLine,
  Settings2,
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
  { path: "/setup/placements", view: () => import("@/views/setup/placements/Placements"), act: "goods.read" },
  { path: "/setup/mappings", view: () => import("@/views/setup/mappings/Mappings"), act: "mappings.read" },
  { path: "/setup/mappings/:key", view: () => import("@/views/setup/mappings/Mapping"), act: "mappings.read" },
  { path: "/setup/policies", view: () => import("@/views/setup/policies/Policies"), act: "policies.read" },
  { path: "/setup/logger-files", view: () => import("@/views/setup/loggers/LoggerFiles"), act: "logger_files.read" },
  { path: "/setup/logger-files/:id", view: () => import("@/views/setup/loggers/LoggerFile"), act: "logger_files.read" },
  { path: "/setup/account", view: () => import("@/views/setup/access/Account"), act: "me" },
  { path: "/mine", view: () => import("@/views/mine/Mine"), act: "tickets.comment", nav: { name: "mine", icon: ClipboardCheck, order: 24 } },
  { path: "/mine/waiting", view: () => import("@/views/mine/WaitingView"), act: "tickets.comment" },
  { path: "/mine/:number", view: () => import("@/views/mine/MyTicket"), act: "tickets.comment" },
  { path: "/scan", view: () => import("@/views/scan/Scan"), act: "things.scan", nav: { name: "scan", icon: ScanLine, order: 26 } },
  { path: "/own", view: () => import("@/views/own/Own"), act: "goods.read", nav: { name: "own", icon: Package, order: 10 } },
  { path: "/own/report", view: () => import("@/views/own/Report"), act: "tickets.open" },
  { path: "/own/tickets/:number", view: () => import("@/views/own/OwnTicket"), act: "tickets.read" },
];
