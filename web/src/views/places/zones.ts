/** Where things are: the site of a zone and the clock that hangs there. */
import { ask } from "@/api/client";

/** The IANA zone of a site; undefined until it is known, and for who may not see the site. */
export function useClockOf(site: string | null | undefined): string | undefined {
  const { data } = ask.useQuery(
    "get",
    "/api/v1/sites/{key}",
    { params: { path: { key: site ?? "" } } },
    { enabled: !!site, retry: false, staleTime: 600_000 },
  );
  return data?.time_zone;
}

/** The IANA zone of the clock in a zone of a site. */
export function useClockIn(zone: string | null | undefined): string | undefined {
  const { data } = ask.useQuery(
    "get",
    "/api/v1/zones/{key}",
    { params: { path: { key: zone ?? "" } } },
    { enabled: !!zone, retry: false, staleTime: 600_000 },
  );
  return useClockOf(data?.site);
}
