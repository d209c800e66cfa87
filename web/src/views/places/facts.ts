/** What is drawn beside the curves of a place: limits while they held, excursions, doors, plans, forecasts. */
import { keepPreviousData } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { useList } from "@/api/lists";
import type { FindingView, HeldLimitView } from "@/api/schema";
import type { Forecast, Limit, Range, Span } from "@/parts/chart/nouns";
import { type Format, useFormat } from "@/parts/format";
import { about, iso } from "@/views/places/period";
import { useKind } from "@/views/places/states";

export type PlaceKind = "zones" | "shipments" | "lots";

const seconds = (at: string) => Date.parse(at) / 1000;
const DOOR_BUCKETS = 800;
const MOST_FINDINGS = 200;

/** The limits of one quantity as lines; joined where one follows the other unchanged. */
export function limitLines(held: HeldLimitView[], quantity: string, format: Format): Limit[] {
  const found = new Map<string, Limit>();
  const own = held.filter((each) => each.quantity === quantity);
  for (const one of own.sort((a, b) => seconds(a.from) - seconds(b.from))) {
    const key = `${one.limit} ${one.side} ${one.severity}`;
    const [from, to] = [seconds(one.from), seconds(one.to)];
    const before = found.get(key);
    if (before?.to !== undefined && from <= before.to) {
      before.to = Math.max(before.to, to);
      continue;
    }
    const label = format.value(one.limit, one.unit);
    found.set(before ? `${key} ${one.from}` : key, {
      value: one.limit,
      label,
      side: one.side === "low" ? "low" : "high",
      severity: one.severity,
      from,
      to,
    });
  }
  return [...found.values()];
}

/** The limits of a place, shipment or lot about a range. */
export function useLimits(
  kind: PlaceKind,
  key: string,
  range: Range,
  quantity: string,
  enabled = true,
): Limit[] {
  const format = useFormat();
  const [from, to] = about(range);
  const { data } = ask.useQuery(
    "get",
    `/api/v1/${kind}/{key}/limits`,
    { params: { path: { key }, query: { from: iso(from), to: iso(to) } } },
    { enabled, placeholderData: keepPreviousData },
  );
  return useMemo(() => limitLines(data?.items ?? [], quantity, format), [data, quantity, format]);
}

function spanOf(one: FindingView, label: string): Span {
  const tone = one.severity === "critical" || one.severity === "alarm" ? "danger" : "warning";
  return { from: seconds(one.start), to: one.end ? seconds(one.end) : null, label, tone };
}

/** Whether a finding is about a quantity: its cause names it. */
export function concerns(one: FindingView, quantity: string): boolean {
  return one.cause.split(":").includes(quantity) || one.subject.endsWith(`:${quantity}`);
}

/** What was found in a zone about a range, of one quantity. */
export function useExcursions(zone: string, range: Range, quantity: string, enabled: boolean): Span[] {
  const kind = useKind();
  const [from, to] = about(range);
  const query = { zone, from: iso(from), to: iso(to), limit: MOST_FINDINGS };
  const { items } = useList("/api/v1/findings", query, enabled);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the names change with the language, which draws everything anew
  return useMemo(
    () => items.filter((one) => concerns(one, quantity)).map((one) => spanOf(one, kind(one.kind))),
    [items, quantity],
  );
}

/** The runs of buckets in which a door stood open at any time. */
export function openings(start: string[], widthS: number, most: (number | null)[], label: string): Span[] {
  const found: Span[] = [];
  most.forEach((value, i) => {
    if (!value) return;
    const from = seconds(start[i] ?? "");
    const last = found.at(-1);
    if (last?.to === from) last.to = from + widthS;
    else found.push({ from, to: from + widthS, label, tone: "info" });
  });
  return found;
}

/** When the doors of a zone stood open. */
export function useDoors(zone: string, range: Range, enabled: boolean): Span[] {
  const { t } = useTranslation("places");
  const [from, to] = about(range);
  const query = { zone, quantity: "door", from: iso(from), to: iso(to), buckets: DOOR_BUCKETS };
  const { data } = ask.useQuery(
    "get",
    "/api/v1/readings/buckets",
    { params: { query } },
    { enabled, placeholderData: keepPreviousData },
  );
  return useMemo(
    () =>
      (data?.items ?? []).flatMap((one) =>
        openings(data?.start ?? [], data?.width_s ?? 0, one.max, t("door")),
      ),
    [data, t],
  );
}

/** What is planned for a zone: doors that will stand open, machines that will be off. */
export function usePlans(zone: string, enabled: boolean): Span[] {
  const { t } = useTranslation("places");
  const { data } = ask.useQuery(
    "get",
    "/api/v1/zones/{key}/schedule",
    { params: { path: { key: zone } } },
    { enabled, retry: false },
  );
  return useMemo(
    () =>
      (data?.events ?? []).map((one) => ({
        from: seconds(one.start),
        to: seconds(one.end),
        label: t(`plan.${one.kind}`),
        tone: "quiet" as const,
      })),
    [data, t],
  );
}

/** What a quantity of a zone is expected to be; undefined where nothing is foretold. */
export function useForecast(zone: string, quantity: string, enabled: boolean): Forecast | undefined {
  const { data } = ask.useQuery(
    "get",
    "/api/v1/zones/{key}/forecast",
    { params: { path: { key: zone } } },
    { enabled, retry: false, refetchInterval: 300_000 },
  );
  return useMemo(() => {
    const curve = data?.limits.find((one) => one.quantity === quantity && one.curve)?.curve;
    if (!curve) return undefined;
    return { time: curve.time.map(seconds), p10: curve.p10, p50: curve.p50, p90: curve.p90 };
  }, [data, quantity]);
}
