/** Moments in the clock of a report. */
import { useMemo } from "react";
import { useFormat } from "@/parts/format";

export interface Times {
  full: (at: string | null | undefined) => string;
  short: (at: string | null | undefined) => string;
  day: (at: string | null | undefined) => string;
  clock: string | undefined;
}

/** In `clock` (IANA), else in the reader's. */
export function useTimes(clock: string | undefined): Times {
  const format = useFormat();
  return useMemo(() => {
    const zone = clock ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
    return {
      full: (at) => (at ? format.moment(at, zone) : "–"),
      short: (at) => (at ? format.moment(at, zone, "short") : "–"),
      day: (at) => (at ? format.day(at, zone) : "–"),
      clock,
    };
  }, [format, clock]);
}
