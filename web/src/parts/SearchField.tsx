/** A field to search with: what is typed is told after a moment of rest. */
import { TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { Search } from "lucide-react";
import { useState } from "react";

const TYPING_MS = 300;

interface Props {
  label: string;
  text: string;
  onText: (text: string) => void;
}

export function SearchField({ label, text, onText }: Props) {
  const [typed, type] = useState(text);
  const [known, know] = useState(text);
  const tell = useDebouncedCallback(onText, TYPING_MS);
  // Another text from outside counts at once. Not in an effect: it would come after the first letters, and undo them.
  if (text !== known) {
    know(text);
    type(text);
  }
  return (
    <TextInput
      label={label}
      type="search"
      leftSection={<Search aria-hidden size={16} />}
      value={typed}
      onChange={(event) => {
        type(event.currentTarget.value);
        tell(event.currentTarget.value);
      }}
    />
  );
}
