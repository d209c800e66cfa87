/** The curve of what a ticket is about, around the event: limits, how long it was outside, and what is expected. */
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import type { FindingView, LimitForecastView, TicketFull } from "@/api/schema";
import type { Forecast, Limit, Mark, Range, Span } from "@/parts/chart/nouns";
import { Readings } from "@/parts/chart/Readings";
import { useFormat } from "@/parts/format";
import { limitLines } from "@/views/places/facts";
import { quantityOf, selectionOf } from "@/views/ticket/subject";

const HOUR_S = 3_600;
/** What was before is shown three times as long as it lasted, within these. */
const BEFORE_S = [HOUR_S, 24 * HOUR_S] as const;
const AFTER_S = 2 * HOUR_S;
const EXPECTED_S = 12 * HOUR_S;

const seconds = (iso: string) => Date.parse(iso) / 1000;

export function EventCurve({ ticket }: { ticket: TicketFull }) {
  const shown = ticket.findings.find((one) => selectionOf(one));
  return shown ? <Curve key={shown.id} ticket={ticket} finding={shown} /> : null;
}

function Curve({ ticket, finding }: { ticket: TicketFull; finding: FindingView }) {
  const { t } = useTranslation(["ticket", "words"]);
  const quantity = quantityOf(finding.subject, finding.cause) ?? "";
  // The first picture; from then on only the reader moves it, and a finding never changes its place.
  const [first] = useState(() => around(ticket, finding));
  const limits = useLimits(finding.zone, quantity, first);
  const forecast = useForecast(ticket, finding.zone, quantity);
  const { findings, history } = ticket;
  const spans = useMemo(
    () =>
      findings
        .filter((one) => one.retracted === null && quantityOf(one.subject, one.cause) === quantity)
        .map((one): Span => {
          const tone = one.severity === "critical" ? "danger" : "warning";
          const label = t("ticket:why.outside");
          return { from: seconds(one.start), to: one.end ? seconds(one.end) : null, label, tone };
        }),
    [findings, quantity, t],
  );
  const opened = ticket.opened_at;
  const accepted = history.find((one) => one.act === "accept")?.time;
  const resolved = history.findLast((one) => one.act === "resolve")?.time;
  const marks = useMemo((): Mark[] => {
    const moments: [string | undefined, string][] = [
      [opened, t("ticket:happened.opened")],
      [accepted, t("ticket:happened.accept")],
      [resolved, t("ticket:happened.resolve")],
    ];
    return moments.flatMap(([at, label]) => (at ? [{ at: seconds(at), label }] : []));
  }, [opened, accepted, resolved, t]);
  const [selection] = useState(() => selectionOf(finding) ?? {});
  const name = t(`words:quantity.${quantity}`, quantity);
  return (
    <Readings
      selection={selection}
      first={first}
      zone={ticket.time_zone}
      label={t("ticket:why.curve", { quantity: name })}
      limits={limits}
      spans={spans}
      marks={marks}
      {...(forecast ? { forecast } : {})}
    />
  );
}

function around(ticket: TicketFull, finding: FindingView): Range {
  const now = Date.now() / 1000;
  const end = ticket.live || !finding.end ? now : Math.min(now, seconds(finding.end) + AFTER_S);
  const start = Math.min(seconds(ticket.since), seconds(finding.start));
  const before = Math.min(Math.max(3 * (end - start), BEFORE_S[0]), BEFORE_S[1]);
  const ahead = ticket.live && finding.kind.startsWith("forecast") ? EXPECTED_S : HOUR_S / 6;
  return [start - before, end + ahead];
}

/** The limits that held there, those of the goods among them. */
function useLimits(zone: string | null, quantity: string, [from, to]: Range): Limit[] {
  const format = useFormat();
  const iso = (at: number) => new Date(Math.round(at) * 1000).toISOString();
  const { data } = ask.useQuery(
    "get",
    "/api/v1/zones/{key}/limits",
    { params: { path: { key: zone ?? "" }, query: { from: iso(from), to: iso(to) } } },
    { enabled: zone !== null, retry: false },
  );
  return useMemo(() => limitLines(data?.items ?? [], quantity, format), [data, quantity, format]);
}

/** What is expected there, while there is still something to do. */
function useForecast(ticket: TicketFull, zone: string | null, quantity: string): Forecast | undefined {
  const found = ask.useQuery(
    "get",
    "/api/v1/zones/{key}/forecast",
    { params: { path: { key: zone ?? "" } } },
    { enabled: zone !== null && ticket.live, retry: false, staleTime: 300_000 },
  );
  const limits = found.data?.limits;
  return useMemo(() => limits && bandOf(limits, quantity), [limits, quantity]);
}

function bandOf(limits: LimitForecastView[], quantity: string): Forecast | undefined {
  const curve = limits.find((one) => one.quantity === quantity && one.curve)?.curve;
  if (!curve) return undefined;
  return { time: curve.time.map(seconds), p10: curve.p10, p50: curve.p50, p90: curve.p90 };
}
