/** Which lines are ticked. What disappears from the list is no longer acted on. */
import { useCallback, useMemo, useState } from "react";
import type { TicketView } from "@/api/schema";

/** The API takes so many at once. */
export const MOST = 200;

export interface Picked {
  tickets: TicketView[];
  has: (number: string) => boolean;
  toggle: (number: string) => void;
  all: () => void;
  none: () => void;
}

export function usePicked(items: TicketView[]): Picked {
  const [numbers, set] = useState<ReadonlySet<string>>(new Set());
  const tickets = useMemo(
    () => items.filter((one) => numbers.has(one.number)).slice(0, MOST),
    [items, numbers],
  );
  const toggle = useCallback(
    (number: string) =>
      set((old) => {
        const next = new Set(old);
        if (!next.delete(number)) next.add(number);
        return next;
      }),
    [],
  );
  return {
    tickets,
    has: (number) => numbers.has(number),
    toggle,
    all: () => set(new Set(items.slice(0, MOST).map((one) => one.number))),
    none: () => set(new Set()),
  };
}
