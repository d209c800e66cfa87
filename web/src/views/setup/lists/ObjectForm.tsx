/** The form of an object, from the description of its list. */
import { Alert, Button, Group, List, Paper, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { type ReactNode, useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { type ApiProblem, asProblem, faultsOf } from "@/api/problem";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { useSession } from "@/shell/session";
import { FieldInput } from "@/views/setup/lists/FieldInput";
import { newest, put } from "@/views/setup/lists/kept";
import { useNames } from "@/views/setup/lists/names";
import { bodyOf, differing, type Kept, type Values, valuesOf } from "@/views/setup/lists/values";
import type { Field, Shape } from "@/views/setup/shapes";

const OVERTAKEN = 412;
const WIDE = new Set(["parts", "pairs"]);

interface Props {
  shape: Shape;
  /** null: a new one. */
  kept: Kept | null;
  /** Values that the address gave. */
  given: Values;
  onSaved: (key: string) => void;
}

export function ObjectForm(props: Props) {
  const { shape } = props;
  const { t } = useTranslation("setup");
  const readOnly = !useSession().may(shape.write);
  const form = useObjectForm(props);
  const { base, problem } = form;
  const faults = faultsOf(problem?.errors ?? []);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void form.save();
      }}
    >
      <Stack>
        {readOnly && <Text c="dimmed">{t("read_only")}</Text>}
        {form.theirs && base && (
          <Overtaken
            fields={differing(shape.fields, valuesOf(shape.fields, base), form.theirs)}
            theirs={form.theirs}
            onTake={form.take}
            onKeep={form.keep}
          />
        )}
        <Fields
          shape={shape}
          values={form.values}
          faults={faults}
          disabled={readOnly}
          change={form.change}
          version={base?.version ?? 0}
        >
          {base === null && (
            <TextInput
              label={t("key")}
              description={t("key_help")}
              required
              pattern={shape.key.replaceAll("_-]", "_\\-]")}
              value={form.key}
              onChange={(event) => form.setKey(event.currentTarget.value)}
              error={form.taken ? t("taken") : faults["key"]}
              autoComplete="off"
              autoCapitalize="none"
            />
          )}
        </Fields>
        {problem && <ErrorNotice problem={problem} />}
        {!readOnly && (
          <Group align="flex-end">
            {base && (
              <TextInput
                label={t("reason")}
                value={form.reason}
                onChange={(event) => form.say(event.currentTarget.value)}
                maxLength={500}
                flex={1}
                maw={480}
              />
            )}
            <Button type="submit" loading={form.busy} disabled={!form.ready}>
              {t(base ? "save" : "make")}
            </Button>
          </Group>
        )}
      </Stack>
    </form>
  );
}

/** What is typed, what it was, and what somebody else made of it meanwhile. */
function useObjectForm({ shape, kept, given, onSaved }: Props) {
  const [base, setBase] = useState<Kept | null>(kept);
  const [key, setKey] = useState(kept?.key ?? String(given["key"] ?? ""));
  const [values, setValues] = useState<Values>(() => valuesOf(shape.fields, kept ?? given));
  const [reason, say] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [theirs, setTheirs] = useState<Kept | null>(null);
  const [taken, setTaken] = useState(false);
  const changed = base === null || differing(shape.fields, valuesOf(shape.fields, base), values).length > 0;

  const show = useCallback(
    (object: Kept) => {
      setBase(object);
      setValues(valuesOf(shape.fields, object));
      setTheirs(null);
    },
    [shape],
  );

  // Changed by somebody else: shown as it is now, unless somebody is typing here.
  useEffect(() => {
    if (!kept || !base || kept.version <= base.version) return;
    if (changed) setTheirs(kept);
    else show(kept);
  }, [kept, base, changed, show]);

  async function refused(found: ApiProblem) {
    if (found.status !== OVERTAKEN) return setProblem(found);
    if (base) setTheirs((await newest(shape, key)) ?? null);
    else setTaken(true);
  }

  async function save() {
    setBusy(true);
    setProblem(null);
    setTaken(false);
    const named = key.trim();
    try {
      const body = bodyOf(shape.fields, values);
      const saved = await put(shape, named, body, base?.version ?? null, reason.trim());
      if (saved && base) show(saved);
      say("");
      onSaved(named);
    } catch (thrown) {
      await refused(asProblem(thrown));
    } finally {
      setBusy(false);
    }
  }

  return {
    base,
    key,
    setKey,
    values,
    change: (name: string, value: unknown) => setValues((before) => ({ ...before, [name]: value })),
    reason,
    say,
    busy,
    problem,
    theirs,
    take: () => theirs && show(theirs),
    keep: () => {
      setBase(theirs);
      setTheirs(null);
    },
    taken,
    ready: changed && key.trim() !== "",
    save,
  };
}

interface Inputs {
  shape: Shape;
  values: Values;
  faults: Record<string, string>;
  disabled: boolean;
  change: (name: string, value: unknown) => void;
  /** Of the object: what is typed as text begins anew with each. */
  version: number;
  children: ReactNode;
}

/** Short fields side by side, what has parts below them. */
function Fields({ shape, values, faults, disabled, change, version, children }: Inputs) {
  const draw = (field: Field) => (
    <FieldInput
      key={WIDE.has(field.type) ? `${field.name} ${version}` : field.name}
      field={field}
      value={values[field.name]}
      error={faults[field.name]}
      disabled={disabled}
      onChange={(value) => change(field.name, value)}
    />
  );
  return (
    <>
      <Paper withBorder p="md">
        <SimpleGrid cols={{ base: 1, sm: 2 }} verticalSpacing="md">
          {children}
          {shape.fields.filter(({ type }) => !WIDE.has(type)).map(draw)}
        </SimpleGrid>
      </Paper>
      {shape.fields.filter(({ type }) => WIDE.has(type)).map(draw)}
    </>
  );
}

interface Meanwhile {
  fields: Field[];
  theirs: Kept;
  onTake: () => void;
  onKeep: () => void;
}

/** What somebody else changed while this form was open, and what to do about it. */
function Overtaken({ fields, theirs, onTake, onKeep }: Meanwhile) {
  const { t } = useTranslation("setup");
  const names = useNames();
  return (
    <Alert color="orange" title={t("overtaken.title")} role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{t("overtaken.detail")}</Text>
        <List size="sm">
          {fields.map((field) => (
            <List.Item key={field.name}>
              {t("overtaken.field", {
                field: names.field(field),
                value: names.value(field, theirs[field.name]),
              })}
            </List.Item>
          ))}
        </List>
        <Group>
          <Button size="xs" variant="default" onClick={onTake}>
            {t("overtaken.take")}
          </Button>
          <Button size="xs" variant="default" onClick={onKeep}>
            {t("overtaken.keep")}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
