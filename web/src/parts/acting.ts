/** Doing something from a form: busy while it is on its way, and what went wrong. */
import { useState } from "react";
import { queries } from "@/api/queries";

export interface Acting {
  busy: boolean;
  problem: unknown;
  /** Do it; whether it was done. */
  act: (what: () => Promise<unknown>, ...touched: string[]) => Promise<boolean>;
}

/** `touched`: paths whose answers are asked for again afterwards. */
export function useActing(): Acting {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  return {
    busy,
    problem,
    act: async (what, ...touched) => {
      setBusy(true);
      setProblem(null);
      try {
        await what();
        await queries.invalidateQueries({
          predicate: ({ queryKey: [, path] }) => touched.includes(String(path)),
        });
        return true;
      } catch (thrown) {
        setProblem(thrown);
        return false;
      } finally {
        setBusy(false);
      }
    },
  };
}

/** A thing that is made must not replace one that is there. */
export const IF_NEW = { "if-none-match": "*" } as const;
