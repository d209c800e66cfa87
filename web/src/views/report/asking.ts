/** A report, asked for once for a period: each one that is given out is on record, so nothing asks again by itself. */
import { useEffect, useState } from "react";
import { api } from "@/api/client";
import type { ReportView } from "@/api/schema";

export type Kind = "zone" | "shipment" | "lot";

export function isKind(value: string | undefined): value is Kind {
  return value === "zone" || value === "shipment" || value === "lot";
}

/** A report as it was given out: its own text is kept, for that is what its hash is of. */
export interface Asked {
  report: ReportView | undefined;
  problem: unknown;
  /** Ask once more. */
  again: () => void;
}

const PATHS = {
  zone: "/api/v1/zones/{key}/report",
  shipment: "/api/v1/shipments/{key}/report",
  lot: "/api/v1/lots/{key}/report",
} as const;

export function useReport(kind: Kind, key: string, from: string | undefined, to: string | undefined): Asked {
  const [found, setFound] = useState<{ of: string; report?: ReportView; problem?: unknown }>({ of: "" });
  const [tries, setTries] = useState(0);
  const question = [kind, key, from, to, tries].join(" ");
  useEffect(() => {
    const ends = new AbortController();
    const query = { ...(from ? { from } : {}), ...(to ? { to } : {}) };
    api
      .GET(PATHS[kind], { params: { path: { key }, query }, signal: ends.signal })
      .then(({ data }) => data && setFound({ of: question, report: data }))
      .catch((problem: unknown) => {
        if (!ends.signal.aborted) setFound({ of: question, problem });
      });
    return () => ends.abort();
  }, [question, kind, key, from, to]);
  const fresh = found.of === question;
  return {
    report: fresh ? found.report : undefined,
    problem: fresh ? found.problem : undefined,
    again: () => setTries((before) => before + 1),
  };
}

/** Give a report to the browser as a file. */
export function save(report: ReportView): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(report, null, 2)], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `report-${report.about.kind}-${report.about.key}-${report.from.slice(0, 10)}-${report.to.slice(0, 10)}.json`;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
