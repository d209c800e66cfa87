/** A list that is searched by words and by states, both by the service: it stands in the address, and goes on page by page. */
import { Chip, Group, Stack } from "@mantine/core";
import type { ReactNode } from "react";
import type { List } from "@/api/lists";
import { type Column, DataTable } from "@/parts/DataTable";
import { SearchField } from "@/parts/SearchField";

interface Props<One, State extends string> {
  list: List<One>;
  columns: Column<One>[];
  rowKey: (one: One) => string;
  card: (one: One) => ReactNode;
  empty: ReactNode;
  /** What the list, its filters and its field for words are called. */
  names: { list: string; filter: string; search: string };
  text: string;
  onText: (text: string | undefined) => void;
  states: readonly State[];
  stateName: (state: State) => string;
  chosen: string[];
  onChosen: (chosen: State[] | undefined) => void;
}

export function SearchedList<One, State extends string>(props: Props<One, State>) {
  const { names, text, onText, states, stateName, chosen, onChosen, ...table } = props;
  const choose = (state: State, on: boolean) => {
    const next = states.filter((each) => (each === state ? on : chosen.includes(each)));
    onChosen(next.length > 0 ? next : undefined);
  };
  return (
    <Stack>
      <Group gap="sm" align="flex-end" role="search" aria-label={names.filter}>
        <SearchField label={names.search} text={text} onText={(typed) => onText(typed || undefined)} />
        <Group gap={6} pb={4}>
          {states.map((state) => (
            <Chip key={state} size="sm" checked={chosen.includes(state)} onChange={(on) => choose(state, on)}>
              {stateName(state)}
            </Chip>
          ))}
        </Group>
      </Group>
      <DataTable {...table} label={names.list} />
    </Stack>
  );
}
