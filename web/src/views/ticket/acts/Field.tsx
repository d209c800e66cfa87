/** One thing that is said along with an act. */
import { Input, Rating, Select, Textarea, TextInput } from "@mantine/core";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import type { TicketFull } from "@/api/schema";
import { useSession } from "@/shell/session";
import { type Filled, requires } from "@/views/ticket/acts/deed";
import type { FieldName } from "@/views/ticket/acts/table";
import { type Choice, useLife } from "@/views/ticket/asking";

interface Props {
  name: FieldName;
  /** The ticket that is acted on; none where it is many. */
  ticket?: TicketFull;
  value: string;
  required: boolean;
  onValue: (value: string) => void;
}

const LISTS = { hold: "holds", resolution: "resolutions", category: "categories", phase: "phases" } as const;
const LINES = new Set<FieldName>(["into", "customer"]);
const PRIORITIES: Choice[] = ["P1", "P2", "P3", "P4", "P5"].map((value) => ({ value, label: value }));

/** What stands there now, for what is corrected. */
function present(name: FieldName, ticket: TicketFull | undefined): string | undefined {
  if (!ticket) return undefined;
  if (name === "category" || name === "phase" || name === "priority") return ticket[name];
  return name === "customer" ? (ticket.customer ?? "") : undefined;
}

interface FieldsProps {
  names: FieldName[];
  ticket?: TicketFull;
  filled: Filled;
  onFill: (fill: (old: Filled) => Filled) => void;
}

/** All that an act asks for beside a reason. */
export function Fields({ names, ticket, filled, onFill }: FieldsProps) {
  return names.map((name) => (
    <Field
      key={name}
      name={name}
      {...(ticket ? { ticket } : {})}
      value={filled[name] ?? ""}
      required={requires(name)}
      onValue={(value) => onFill((old) => ({ ...old, [name]: value }))}
    />
  ));
}

function Field(props: Props) {
  const { name } = props;
  if (name in LISTS || name === "priority") return <Chosen {...props} />;
  if (name === "owner") return <Owner {...props} />;
  if (name === "score") return <Score {...props} />;
  if (name === "due") return <Due {...props} />;
  return <Written {...props} />;
}

function Written({ name, ticket, value, required, onValue }: Props) {
  const { t } = useTranslation("ticket");
  const help = t(`field.help.${name}`, "");
  const shared = {
    label: t(`field.${name}`),
    ...(help ? { description: help } : {}),
    required,
    value,
    placeholder: present(name, ticket) ?? "",
  };
  return LINES.has(name) ? (
    <TextInput {...shared} maxLength={64} onChange={(event) => onValue(event.currentTarget.value)} />
  ) : (
    <Textarea
      {...shared}
      autosize
      minRows={2}
      maxLength={4000}
      onChange={(event) => onValue(event.currentTarget.value)}
    />
  );
}

function Chosen({ name, ticket, value, required, onValue }: Props) {
  const { t } = useTranslation("ticket");
  const life = useLife();
  const list = LISTS[name as keyof typeof LISTS];
  return (
    <Select
      label={t(`field.${name}`)}
      data={list ? life.choices(list) : PRIORITIES}
      value={value || present(name, ticket) || null}
      onChange={(chosen) => onValue(chosen ?? "")}
      required={required}
      allowDeselect={name === "resolution"}
      comboboxProps={{ withinPortal: true }}
    />
  );
}

function Owner({ name, value, onValue }: Props) {
  const { t } = useTranslation("ticket");
  const session = useSession();
  const { data } = ask.useQuery(
    "get",
    "/api/v1/people",
    { params: { query: { limit: 1000 } } },
    { enabled: session.may("people.read"), staleTime: 300_000 },
  );
  const people = (data?.items ?? []).map((one) => ({
    value: `person:${one.key}`,
    label: one.name || one.key,
  }));
  return (
    <Select
      label={t(`field.${name}`)}
      description={t("field.help.owner")}
      data={people}
      value={value || null}
      onChange={(chosen) => onValue(chosen ?? "")}
      searchable
      clearable
    />
  );
}

function Score({ value, onValue }: Props) {
  const { t } = useTranslation("ticket");
  const id = useId();
  return (
    <Input.Wrapper label={t("field.score")} id={id} required>
      <Rating
        size="xl"
        value={Number(value) || 0}
        onChange={(score) => onValue(String(score))}
        aria-label={t("field.score")}
        getSymbolLabel={(score) => t("work.score", { score })}
      />
    </Input.Wrapper>
  );
}

function Due({ value, onValue }: Props) {
  const { t } = useTranslation("ticket");
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return (
    <TextInput
      type="datetime-local"
      label={t("field.due")}
      description={t("field.help.due", { zone: timeZone })}
      value={value}
      onChange={(event) => onValue(event.currentTarget.value)}
      required
    />
  );
}
