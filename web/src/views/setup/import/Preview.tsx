/** What an upload would change, and what is wrong with it; page by page. */
import { List, Stack, Text } from "@mantine/core";
import { TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useList } from "@/api/lists";
import type { ChangeView, FaultView } from "@/api/schema";
import { Badge } from "@/parts/Badge";
import { type Column, DataTable } from "@/parts/DataTable";
import { useFormat } from "@/parts/format";
import { Empty } from "@/parts/states/Empty";

type Told = NonNullable<ChangeView["fields"]>[number];

export function Changes({ id }: { id: string }) {
  const { t } = useTranslation(["setup", "fields"]);
  const format = useFormat();
  const list = useList(`/api/v1/imports/${id}/changes` as "/api/v1/imports/{id}/changes", {});
  const act = (one: ChangeView) => (
    <Badge tone={one.act === "created" ? "good" : "info"}>{t(`import.act.${one.act}`, one.act)}</Badge>
  );
  const columns: Column<ChangeView>[] = [
    { key: "row", head: t("import.row"), cell: (one) => format.number(one.row), end: true },
    { key: "act", head: t("import.act_head"), cell: act },
    { key: "list", head: t("import.sheet"), cell: (one) => t(`fields:sheet.${one.list}`, one.sheet) },
    { key: "key", head: t("key"), cell: (one) => <b>{one.key}</b> },
    { key: "fields", head: t("import.changes"), cell: (one) => <Fields fields={one.fields} /> },
  ];
  return (
    <DataTable
      list={list}
      columns={columns}
      rowKey={(one) => `${one.sheet} ${one.row} ${one.key}`}
      label={t("import.changes")}
      empty={<Empty title={t("import.no_changes")}>{t("import.no_changes_why")}</Empty>}
      card={(one) => (
        <Stack gap={4}>
          <Text fw={600}>{one.key}</Text>
          {act(one)}
          <Fields fields={one.fields} />
        </Stack>
      )}
    />
  );
}

function Fields({ fields }: { fields: Told[] }) {
  const { t } = useTranslation("setup");
  return (
    <List size="sm" listStyleType="none">
      {fields.map((one) => (
        <List.Item key={one.field}>
          {one.old === null || one.old === undefined || one.old === ""
            ? t("import.said", { field: one.label, value: said(one.new) })
            : t("import.instead", { field: one.label, old: said(one.old), value: said(one.new) })}
        </List.Item>
      ))}
    </List>
  );
}

function said(value: unknown): string {
  if (value === null || value === undefined || value === "") return "–";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

export function Faults({ id }: { id: string }) {
  const { t } = useTranslation("setup");
  const list = useList(`/api/v1/imports/${id}/faults` as "/api/v1/imports/{id}/faults", {});
  const where = (one: FaultView) =>
    one.row > 0 ? t("import.cell", { sheet: one.sheet, cell: `${one.column}${one.row}` }) : one.sheet;
  const bad = (one: FaultView) => (
    <Badge tone={one.severity === "error" ? "danger" : "caution"} icon={TriangleAlert}>
      {t(`import.severity.${one.severity}`, one.severity)}
    </Badge>
  );
  const columns: Column<FaultView>[] = [
    { key: "severity", head: "", cell: bad },
    { key: "where", head: t("import.where"), cell: where },
    { key: "header", head: t("import.column"), cell: (one) => one.header || "–" },
    { key: "value", head: t("import.value"), cell: (one) => <code>{one.value || "–"}</code> },
    { key: "message", head: t("import.what_to_do"), cell: (one) => one.message },
  ];
  return (
    <DataTable
      list={list}
      columns={columns}
      rowKey={(one) => `${one.sheet} ${one.row} ${one.column} ${one.code}`}
      label={t("import.faults")}
      empty={<Empty title={t("import.no_faults")} />}
      card={(one) => (
        <Stack gap={4}>
          {bad(one)}
          <Text size="sm" c="dimmed">
            {where(one)} {one.header}
          </Text>
          <Text size="sm">{one.message}</Text>
        </Stack>
      )}
    />
  );
}
