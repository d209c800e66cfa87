/** Every place and how it stands, goods at risk first; a site with its rooms, and what travels by itself. */
import { Button, Stack } from "@mantine/core";
import { MapPin } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import type { PlaceView, Stand } from "@/api/schema";
import { useFilters } from "@/parts/filters";
import { PageHead } from "@/parts/PageHead";
import { Empty } from "@/parts/states/Empty";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";
import { PlaceFilters } from "@/views/places/PlaceFilters";
import { PlaceTable } from "@/views/places/PlaceTable";

const FILTERS = { state: "list", text: "text" } as const;
const AGAIN_MS = 15_000;

/** The rows of places: a site's rooms where it has some, else itself; those that fit words and states. */
export function rowsOf(places: PlaceView[], text: string, states: string[]): PlaceView[] {
  const words = text.trim().toLowerCase();
  const rows = places.flatMap((place) =>
    place.zones && place.zones.length > 0
      ? place.zones.map((zone) => ({ ...zone, siteName: place.name || place.site || "" }))
      : [{ ...place, siteName: "" }],
  );
  return rows.filter(
    (row) =>
      (states.length === 0 || states.includes(row.state)) &&
      (!words ||
        [row.name, row.zone, row.site, row.siteName].some((each) => each?.toLowerCase().includes(words))),
  );
}

/** How many rows stand how. */
function counted(rows: PlaceView[]): Partial<Record<Stand, number>> {
  const found: Partial<Record<string, number>> = {};
  for (const { state } of rows) found[state] = (found[state] ?? 0) + 1;
  return found as Partial<Record<Stand, number>>;
}

export default function Places() {
  const { t } = useTranslation("places");
  const [filters, change, filtered] = useFilters(FILTERS);
  const { data, error, isPending, refetch } = ask.useQuery(
    "get",
    "/api/v1/overview",
    { params: { query: { zones: true } } },
    { refetchInterval: AGAIN_MS },
  );
  const all = useMemo(() => rowsOf(data?.items ?? [], "", []), [data]);
  const rows = useMemo(
    () => rowsOf(data?.items ?? [], filters.text ?? "", filters.state ?? []),
    [data, filters.text, filters.state],
  );
  return (
    <>
      <PageHead title={t("title")}>{data ? t("count", { count: all.length }) : null}</PageHead>
      <Stack>
        <PlaceFilters filters={filters} change={change} counts={counted(all)} />
        {error && <ErrorNotice problem={error} again={() => void refetch()} />}
        {isPending && <Loading rows={8} />}
        {data && rows.length > 0 && <PlaceTable places={rows} label={t("title")} />}
        {data &&
          rows.length === 0 &&
          (filtered ? (
            <Empty
              title={t("none_found")}
              action={
                <Button onClick={() => change({ state: undefined, text: undefined })}>{t("show_all")}</Button>
              }
            >
              {t("none_found_why")}
            </Empty>
          ) : (
            <Empty title={t("none")} icon={MapPin}>
              {t("none_why")}
            </Empty>
          ))}
      </Stack>
    </>
  );
}
