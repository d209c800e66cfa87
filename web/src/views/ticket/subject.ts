/** What the subjects of findings and tickets name. */
import type { to } from "@/links";
import type { Selection } from "@/parts/chart/Readings";

const VIEWS = ["site", "zone", "lot", "shipment", "device", "gateway"] as const;
type Viewed = (typeof VIEWS)[number];

/** The address of the view of `kind:key`; a series of a device leads to the device. */
export function linkTo(subject: string, links: Pick<typeof to, Viewed>): string | undefined {
  const [kind, ...rest] = subject.split(":");
  const key = (kind === "device" ? rest[0] : rest.join(":")) ?? "";
  const found = VIEWS.find((one) => one === kind);
  return found && key ? links[found](key) : undefined;
}

/** The quantity that a subject (`device:gw/t1:temperature`) or a cause (`zone:hall:temperature:high`) names. */
export function quantityOf(subject: string, cause: string): string | undefined {
  const [kind, , own] = subject.split(":");
  if (kind === "device" && own) return own;
  return cause.split(":")[2];
}

/** Which curves show a finding: of its zone where it has one, else of its device. */
export function selectionOf(finding: {
  subject: string;
  cause: string;
  zone: string | null;
}): Selection | undefined {
  const quantity = quantityOf(finding.subject, finding.cause);
  const [kind, key] = finding.subject.split(":");
  if (!quantity) return undefined;
  if (finding.zone) return { zone: finding.zone, quantity };
  return kind === "device" && key ? { device: key, quantity } : undefined;
}
