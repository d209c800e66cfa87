/** Names an object of the registry by its key; offers those that there are, and takes any key that is typed. */
import { Autocomplete, type ComboboxItem } from "@mantine/core";
import { useEffect, useState } from "react";
import { type ListPath, useList } from "@/api/lists";

const OFFERED = 500;
const SHOWN = 30;
interface Named {
  key: string;
  name?: string;
}

/** The keys of a list, and what each is called. */
export function useNames(path: string): { keys: string[]; nameOf: (key: string) => string } {
  const list = useList(path as ListPath, { limit: OFFERED } as never);
  const named = list.items as unknown as Named[];
  const names = new Map(named.map((one) => [one.key, one.name ?? ""]));
  return { keys: named.map((one) => one.key), nameOf: (key) => names.get(key) ?? "" };
}

interface Props {
  label: string;
  path: string;
  value: string | null;
  onChange: (key: string | null) => void;
  description?: string;
  error?: string | undefined;
  required?: boolean;
  disabled?: boolean;
}

export function Reference({ path, value, onChange, ...rest }: Props) {
  const { keys, nameOf } = useNames(path);
  const [typed, type] = useState(value ?? "");
  useEffect(() => type(value ?? ""), [value]);
  const typedKey = typed.trim();
  const known = typedKey !== "" && typedKey !== value && keys.includes(typedKey);
  // The keys may come after they were typed.
  // biome-ignore lint/correctness/useExhaustiveDependencies: told when it becomes a key, not when others change
  useEffect(() => {
    if (known) onChange(typedKey);
  }, [known, typedKey]);
  /** A key as it stands; a name that only one has is its key. */
  const meant = (said: string) => {
    const called = keys.filter((key) => nameOf(key) === said);
    return keys.includes(said) || called.length !== 1 ? said || null : (called[0] ?? null);
  };
  return (
    <Autocomplete
      {...rest}
      data={keys}
      value={typed}
      limit={SHOWN}
      maxDropdownHeight={260}
      onChange={(said) => {
        type(said);
        if (said.trim() === "") onChange(null);
      }}
      onBlur={() => onChange(meant(typedKey))}
      filter={({ options, search, limit }) =>
        (options as ComboboxItem[])
          .filter(({ value: key }) =>
            `${key} ${nameOf(key)}`.toLowerCase().includes(search.toLowerCase().trim()),
          )
          .slice(0, limit)
      }
      renderOption={({ option }) => (
        <span>
          {option.value}
          {nameOf(option.value) && ` · ${nameOf(option.value)}`}
        </span>
      )}
    />
  );
}
