/** The filters of the desk; each of them stands in the page's address. */
import { Chip, Group, MultiSelect, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { Search } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { TicketState } from "@/api/schema";
import { useSession } from "@/shell/session";
import type { DeskFilters as Filters } from "@/views/desk/asked";

const STATES: TicketState[] = [
  "new",
  "reported",
  "assessed",
  "planned",
  "in_progress",
  "pending",
  "reopened",
  "resolved",
];
const PRIORITIES = ["P1", "P2", "P3", "P4", "P5"];
const TYPING_MS = 300;

interface Props {
  filters: Filters;
  change: (some: { [Name in keyof Filters]?: Filters[Name] | undefined }) => void;
}

export function DeskFilters({ filters, change }: Props) {
  const { t } = useTranslation(["desk", "words"]);
  const { role } = useSession();
  const flag = (name: "overdue" | "unassigned" | "done") => (
    <Chip checked={filters[name] ?? false} onChange={(on) => change({ [name]: on || undefined })} size="sm">
      {t(`filter.${name}`)}
    </Chip>
  );
  return (
    <Group gap="xs" align="flex-end" role="search" aria-label={t("filter.title")}>
      <Words text={filters.text ?? ""} onText={(text) => change({ text: text || undefined })} />
      <MultiSelect
        label={t("filter.state")}
        data={STATES.map((value) => ({ value, label: t(`words:ticket.state.${value}`) }))}
        value={filters.state ?? []}
        onChange={(state) => change({ state: state.length > 0 ? state : undefined })}
        clearable
        miw={180}
      />
      <MultiSelect
        label={t("filter.priority")}
        data={PRIORITIES}
        value={filters.priority ?? []}
        onChange={(priority) => change({ priority: priority.length > 0 ? priority : undefined })}
        clearable
        miw={140}
      />
      <Group gap={6} pb={4}>
        {role !== "customer" && (
          <>
            <Chip
              checked={filters.assignee === "me"}
              onChange={(on) => change({ assignee: on ? "me" : undefined })}
              size="sm"
            >
              {t("filter.mine")}
            </Chip>
            {flag("unassigned")}
          </>
        )}
        {flag("overdue")}
        {flag("done")}
      </Group>
    </Group>
  );
}

function Words({ text, onText }: { text: string; onText: (text: string) => void }) {
  const { t } = useTranslation("desk");
  const [typed, type] = useState(text);
  const tell = useDebouncedCallback(onText, TYPING_MS);
  useEffect(() => type(text), [text]);
  return (
    <TextInput
      label={t("filter.text")}
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
