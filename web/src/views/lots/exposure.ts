/** A lot's exposure record, asked for once for everything that shows of it. */
import { ask } from "@/api/client";
import { useSession } from "@/shell/session";

const FRESH_MS = 60_000;

/** The record since ever; it is reckoned from every reading, so it is asked for at most once a minute. */
export function useExposure(key: string) {
  const { role } = useSession();
  return ask.useQuery(
    "get",
    "/api/v1/lots/{key}/exposure",
    { params: { path: { key } } },
    { staleTime: FRESH_MS, enabled: role !== "carrier" },
  );
}
