/** What a change touches: which questions have to be asked again when an object of a kind has changed. */

const ALSO: Record<string, string[]> = {
  ticket: ["/api/v1/tickets", "/api/v1/visits"],
  alarm: ["/api/v1/alarms", "/api/v1/alarm-quality"],
  finding: ["/api/v1/findings", "/api/v1/forecasts", "/api/v1/alarms"],
  person: ["/api/v1/people", "/api/v1/users", "/api/v1/duty"],
  user: ["/api/v1/users", "/api/v1/me/sessions"],
  placement: ["/api/v1/placements", "/api/v1/lots", "/api/v1/shipments", "/api/v1/series"],
  device: ["/api/v1/devices", "/api/v1/series", "/api/v1/gateways"],
  gateway: ["/api/v1/gateways"],
  maintenance: ["/api/v1/maintenance", "/api/v1/out-of-service", "/api/v1/alarms"],
  policy: ["/api/v1/policies", "/api/v1/tickets"],
  profile: ["/api/v1/profiles", "/api/v1/rules", "/api/v1/series"],
  import: ["/api/v1"],
};

/** Kinds after whose change every place may stand otherwise. */
const STANDING = new Set(["ticket", "alarm", "finding", "placement", "device", "gateway", "site", "zone"]);

/** Beginnings of the paths that an object's change touches. `subject` is `kind:key`. */
export function affected(subject: string): string[] {
  const kind = subject.split(":", 1)[0] ?? "";
  const plural = `/api/v1/${kind.replaceAll("_", "-")}s`;
  const places = STANDING.has(kind) ? ["/api/v1/overview"] : [];
  const told = kind === "ticket" ? ["/api/v1/changes"] : [];
  return [...(ALSO[kind] ?? [plural]), ...places, ...told, "/api/v1/events"];
}
