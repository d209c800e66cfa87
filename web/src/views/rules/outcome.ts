/** What a back-test came to, as the API tells it: counts and intervals as it is now and as it would have been, zone by zone. */

export interface Tally {
  findings: number;
  tickets: number;
  reopened: number;
  said_true: number;
  said_false: number;
  said_duplicate: number;
  unsaid: number;
  missed: string[];
}
export interface Lead {
  breaches: number;
  announced: number;
  p50_s: number | null;
}
export interface Interval {
  kind: string;
  subject: string;
  severity: string;
  start_us: number;
  end_us: number | null;
  peak: number | null;
  said: string | null;
}
export interface ZoneOutcome {
  zone: string;
  coverage: number | null;
  before: Tally;
  after: Tally;
  before_intervals: Interval[];
  after_intervals: Interval[];
  breaches: [number, number | null][];
}
export interface Outcome {
  rule: string;
  from_us: number;
  to_us: number;
  devices: number;
  readings: number;
  before: Tally;
  after: Tally;
  before_lead: Lead;
  after_lead: Lead;
  zones: ZoneOutcome[];
}

const AT_WORK = new Set(["waiting", "running"]);

/** Whether long work goes on. */
export function atWork(state: string | undefined): boolean {
  return state !== undefined && AT_WORK.has(state);
}

/** The zones with something to show, those with the greatest difference first. */
export function telling(zones: ZoneOutcome[]): ZoneOutcome[] {
  const difference = (one: ZoneOutcome) => Math.abs(one.after.findings - one.before.findings);
  return zones
    .filter((one) => one.before.findings + one.after.findings + one.breaches.length > 0)
    .sort((a, b) => difference(b) - difference(a) || a.zone.localeCompare(b.zone));
}

/** Where a stretch of time lies in a window, in thousandths of it; what is shorter than a hair is still seen. */
export function placed(window: { from_us: number; to_us: number }, start: number, end: number | null) {
  const whole = Math.max(1, window.to_us - window.from_us);
  const from = Math.max(0, (start - window.from_us) / whole) * 1_000;
  const to = Math.min(1, ((end ?? window.to_us) - window.from_us) / whole) * 1_000;
  return { x: Math.min(from, 997), width: Math.max(3, to - from) };
}
