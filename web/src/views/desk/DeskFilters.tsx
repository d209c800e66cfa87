/** The filters of the desk; each of them stands in the page's address. */
import { Button, Chip, Collapse, Group, MultiSelect, Select, Stack, TextInput } from "@mantine/core";
import { useDebouncedCallback, useDisclosure, useMediaQuery } from "@mantine/hooks";
import { Search, SlidersHorizontal } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import type { TicketState } from "@/api/schema";
import { PHONE } from "@/parts/phone";
import { useSession } from "@/shell/session";
import { type DeskFilters as Filters, SORTS } from "@/views/desk/asked";

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
const MOST = 1000;

interface Props {
  filters: Filters;
  change: (some: { [Name in keyof Filters]?: Filters[Name] | undefined }) => void;
}

export function DeskFilters({ filters, change }: Props) {
  const { t } = useTranslation("desk");
  const phone = useMediaQuery(PHONE) ?? false;
  const { state, priority, customer, site, team } = filters;
  const [opened, { toggle }] = useDisclosure(Boolean(state || priority || customer || site || team));
  return (
    <Stack gap="xs" role="search" aria-label={t("filter.title")}>
      <Group gap="xs" align="flex-end">
        <Words text={filters.text ?? ""} onText={(text) => change({ text: text || undefined })} />
        <Button
          variant="default"
          leftSection={<SlidersHorizontal aria-hidden size={16} />}
          onClick={toggle}
          aria-expanded={opened}
          {...(phone ? { px: "sm" } : {})}
        >
          {t("filter.more")}
        </Button>
        <Chips filters={filters} change={change} />
      </Group>
      <Collapse in={opened}>
        <Choices filters={filters} change={change} />
      </Collapse>
    </Stack>
  );
}

function Chips({ filters, change }: Props) {
  const { t } = useTranslation("desk");
  const { role, person, may } = useSession();
  const own = ask.useQuery(
    "get",
    "/api/v1/people/{key}",
    { params: { path: { key: person ?? "" } } },
    { enabled: person !== null && may("people.read") && may("staff.read"), retry: false, staleTime: 300_000 },
  );
  const teams = own.data?.teams ?? [];
  const chip = (name: string, on: boolean, some: (now: boolean) => Filters) => (
    <Chip key={name} checked={on} onChange={(now) => change(some(now))} size="sm">
      {t(`filter.${name}`)}
    </Chip>
  );
  const flag = (name: "overdue" | "unassigned" | "done") =>
    chip(name, filters[name] ?? false, (now) => ({ [name]: now || undefined }) as Filters);
  const risk = filters.kind?.length === 1 && filters.kind[0] === "goods";
  return (
    <Group gap={6} pb={4}>
      {role !== "customer" &&
        chip("mine", filters.assignee === "me", (now) => ({ assignee: now ? "me" : undefined }) as Filters)}
      {teams.length > 0 &&
        chip(
          "my_team",
          teams.includes(filters.team ?? ""),
          (now) => ({ team: now ? teams[0] : undefined }) as Filters,
        )}
      {role !== "customer" && flag("unassigned")}
      {chip("risk", risk, (now) => ({ kind: now ? ["goods"] : undefined }) as Filters)}
      {flag("overdue")}
      {flag("done")}
    </Group>
  );
}

function Choices({ filters, change }: Props) {
  const { t } = useTranslation(["desk", "words"]);
  const session = useSession();
  const sites = useKeys("/api/v1/sites", session.may("places.read"));
  const customers = useKeys("/api/v1/customers", session.may("goods.read") && session.role !== "customer");
  const teams = useKeys("/api/v1/teams", session.may("staff.read"));
  const one = (name: "site" | "customer" | "team" | "sort", data: { value: string; label: string }[]) => (
    <Select
      label={t(`filter.${name}`)}
      data={data}
      value={filters[name] ?? null}
      onChange={(value) => change({ [name]: value ?? undefined })}
      clearable
      searchable={name !== "sort"}
      miw={150}
    />
  );
  return (
    <Group gap="xs" align="flex-end">
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
      {sites.length > 0 && one("site", sites)}
      {customers.length > 0 && one("customer", customers)}
      {teams.length > 0 && one("team", teams)}
      {one(
        "sort",
        SORTS.map((value) => ({ value, label: t(`sort.${value}`) })),
      )}
    </Group>
  );
}

/** What can be chosen from a list of the registry. */
function useKeys(path: "/api/v1/sites" | "/api/v1/customers" | "/api/v1/teams", enabled: boolean) {
  const query = { limit: MOST };
  const { data } = ask.useQuery(
    "get",
    path as "/api/v1/sites",
    { params: { query } },
    { enabled, retry: false },
  );
  return (data?.items ?? []).map((one) => ({ value: one.key, label: one.name || one.key }));
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
