/** Filters that live in the address of the page, so that a view can be sent to somebody, and Back brings it back. */
import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";

/** What kinds of filters there are: one text, many words, or yes/no. */
export type Kind = "text" | "list" | "flag";
type Value<K extends Kind> = K extends "text" ? string : K extends "list" ? string[] : boolean;
export type Values<Kinds extends Record<string, Kind>> = { [Name in keyof Kinds]?: Value<Kinds[Name]> };

function read<Kinds extends Record<string, Kind>>(kinds: Kinds, params: URLSearchParams): Values<Kinds> {
  const found: Record<string, string | string[] | boolean> = {};
  for (const [name, kind] of Object.entries(kinds)) {
    const all = params.getAll(name).filter(Boolean);
    const first = all[0];
    if (first === undefined) continue;
    if (kind === "list") found[name] = all;
    else found[name] = kind === "flag" ? first === "true" : first;
  }
  return found as Values<Kinds>;
}

function write(params: URLSearchParams, name: string, value: string | string[] | boolean | undefined): void {
  params.delete(name);
  if (Array.isArray(value)) for (const each of value) params.append(name, each);
  else if (value !== undefined && value !== "") params.set(name, String(value));
}

/** The filters of a view, and how to change some of them (undefined takes one away). Declare `kinds` outside the component. */
export function useFilters<Kinds extends Record<string, Kind>>(
  kinds: Kinds,
): [Values<Kinds>, (some: { [Name in keyof Kinds]?: Value<Kinds[Name]> | undefined }) => void, boolean] {
  const [params, setParams] = useSearchParams();
  const values = useMemo(() => read(kinds, params), [kinds, params]);
  const change = useCallback(
    (some: Record<string, string | string[] | boolean | undefined>) =>
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          for (const [name, value] of Object.entries(some)) write(after, name, value);
          return after;
        },
        { replace: true },
      ),
    [setParams],
  );
  return [values, change as never, Object.keys(values).length > 0];
}
