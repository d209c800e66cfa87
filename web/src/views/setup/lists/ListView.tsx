/** A list of the registry: its objects page by page, found by key or by a number of another system. */
import { Anchor, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { Download, Plus, Search, Upload } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { type List, type ListPath, useList } from "@/api/lists";
import { to } from "@/links";
import { type Column, DataTable } from "@/parts/DataTable";
import { useFilters } from "@/parts/filters";
import { PageHead } from "@/parts/PageHead";
import { Empty } from "@/parts/states/Empty";
import { NotFound } from "@/shell/NotFound";
import { useSession } from "@/shell/session";
import { useKept } from "@/views/setup/lists/kept";
import { useNames } from "@/views/setup/lists/names";
import { NEW } from "@/views/setup/lists/ObjectView";
import type { Kept } from "@/views/setup/lists/values";
import { type Field, type Shape, shapeOf } from "@/views/setup/shapes";

const FILTERS = { find: "text" } as const;
const SHOWN = 4;
const TYPING_MS = 300;
const HIDDEN = new Set(["parts", "pairs", "numbers"]);

export default function ListView() {
  const { list = "" } = useParams();
  const { may } = useSession();
  const shape = shapeOf(list);
  return shape && may(shape.read) ? <Objects key={list} shape={shape} /> : <NotFound />;
}

/** The objects that have this number in another system, and the one that has it as its key; without it all. */
function useFound(shape: Shape, find: string): List<Kept> {
  const query = find ? { external_number: find } : {};
  const list = useList(shape.path as ListPath, query as never) as unknown as List<Kept>;
  const fits = new RegExp(`^(?:${shape.key})$`).test(find);
  const named = useKept(shape, fits ? find : "");
  const one = find && named.data ? [named.data] : [];
  const others = list.items.filter(({ key }) => key !== one[0]?.key);
  return {
    ...list,
    items: [...one, ...others],
    loading: list.loading || (fits && named.isFetching && !named.data),
  };
}

function Objects({ shape }: { shape: Shape }) {
  const { t } = useTranslation("setup");
  const names = useNames();
  const { may } = useSession();
  const [{ find = "" }, change] = useFilters(FILTERS);
  const found = useFound(shape, find);
  const fields = shape.fields
    .filter(({ name, type }) => name !== "name" && !HIDDEN.has(type) && !name.startsWith("external_"))
    .slice(0, SHOWN);
  const columns: Column<Kept>[] = [
    { key: "key", head: t("name"), cell: (one) => <Named shape={shape} object={one} /> },
    ...fields.map((field) => ({
      key: field.name,
      head: names.field(field),
      cell: (one: Kept) => names.value(field, one[field.name]),
    })),
  ];
  const add = may(shape.write) && (
    <Button component={Link} to={to.listed(shape.list, NEW)} leftSection={<Plus aria-hidden size={16} />}>
      {t("add")}
    </Button>
  );
  return (
    <>
      <PageHead
        title={names.list(shape.list)}
        actions={
          <>
            {may("lists.write") && shape.template && <Files shape={shape} />}
            {add}
          </>
        }
      >
        <Anchor component={Link} to={to.setup()} size="sm">
          {t("title")}
        </Anchor>
      </PageHead>
      <Stack>
        <Find find={find} onFind={(said) => change({ find: said || undefined })} />
        <DataTable
          list={found}
          columns={columns}
          rowKey={(one) => one.id}
          label={names.list(shape.list)}
          empty={<Nothing find={find} add={add} onAll={() => change({ find: undefined })} />}
          card={(one) => <Card shape={shape} object={one} fields={fields.slice(0, 2)} />}
        />
      </Stack>
    </>
  );
}

function Nothing({ find, add, onAll }: { find: string; add: React.ReactNode; onAll: () => void }) {
  const { t } = useTranslation("setup");
  return find ? (
    <Empty title={t("not_found")} action={<Button onClick={onAll}>{t("show_all")}</Button>}>
      {t("not_found_why")}
    </Empty>
  ) : (
    <Empty title={t("empty")} action={add}>
      {t("empty_why")}
    </Empty>
  );
}

/** An empty list to fill in, and where it goes then. */
function Files({ shape }: { shape: Shape }) {
  const { t, i18n } = useTranslation("setup");
  const name = `${shape.template}.xlsx`;
  return (
    <>
      <Button
        component="a"
        href={`/api/v1/lists/templates/${name}?lang=${i18n.language}`}
        download={name}
        variant="default"
        leftSection={<Download aria-hidden size={16} />}
      >
        {t("template")}
      </Button>
      <Button
        component={Link}
        to={to.setup("import")}
        variant="default"
        leftSection={<Upload aria-hidden size={16} />}
      >
        {t("tool.import")}
      </Button>
    </>
  );
}

function Find({ find, onFind }: { find: string; onFind: (said: string) => void }) {
  const { t } = useTranslation("setup");
  const [typed, type] = useState(find);
  const tell = useDebouncedCallback(onFind, TYPING_MS);
  return (
    <Group role="search" aria-label={t("find")}>
      <TextInput
        label={t("find")}
        type="search"
        leftSection={<Search aria-hidden size={16} />}
        value={find === "" && typed !== "" ? typed : typed || find}
        onChange={(event) => {
          type(event.currentTarget.value);
          tell(event.currentTarget.value.trim());
        }}
        w={{ base: "100%", sm: 320 }}
      />
    </Group>
  );
}

function Named({ shape, object }: { shape: Shape; object: Kept }) {
  const name = String(object["name"] ?? "");
  return (
    <Stack gap={0}>
      <Anchor component={Link} to={to.listed(shape.list, object.key)} fw={600}>
        {name || object.key}
      </Anchor>
      {name && (
        <Text size="xs" c="dimmed">
          {object.key}
        </Text>
      )}
    </Stack>
  );
}

function Card({ shape, object, fields }: { shape: Shape; object: Kept; fields: Field[] }) {
  const names = useNames();
  return (
    <Stack gap={4}>
      <Named shape={shape} object={object} />
      {fields.map((field) => (
        <Group key={field.name} justify="space-between" gap="xs">
          <Text size="sm" c="dimmed">
            {names.field(field)}
          </Text>
          <Text size="sm">{names.value(field, object[field.name])}</Text>
        </Group>
      ))}
    </Stack>
  );
}
