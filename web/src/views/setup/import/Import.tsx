/** Lists from files: choose them, watch them being read; the uploads of the last day. */
import { Anchor, Button, FileInput, Group, Select, Stack, Text, TextInput, Title } from "@mantine/core";
import { Download, FileSpreadsheet } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Sending, sendFile } from "@/api/files";
import { useList } from "@/api/lists";
import type { ImportView } from "@/api/schema";
import { to } from "@/links";
import { useFormat } from "@/parts/format";
import { PageHead } from "@/parts/PageHead";
import { Empty } from "@/parts/states/Empty";
import { SendForm } from "@/views/setup/files/SendForm";
import { SentFiles } from "@/views/setup/files/SentFiles";
import { ImportState } from "@/views/setup/import/ImportState";
import { useNames } from "@/views/setup/lists/names";
import { SHAPES } from "@/views/setup/shapes";

const TAKEN = ".csv,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

export default function Import() {
  const { t } = useTranslation("setup");
  return (
    <>
      <PageHead title={t("tool.import")}>{t("import.what")}</PageHead>
      <Stack gap="xl">
        <UploadForm />
        <Templates />
        <Uploads />
      </Stack>
    </>
  );
}

function UploadForm() {
  const { t } = useTranslation("setup");
  const names = useNames();
  const [files, choose] = useState<File[]>([]);
  const [list, setList] = useState<string | null>(null);
  const [system, setSystem] = useState("");

  async function send(how: Sending) {
    const form = new FormData();
    for (const file of files) form.append("file", file, file.name);
    const query = new URLSearchParams();
    if (list) query.set("list", list);
    if (system.trim()) query.set("system", system.trim());
    const made = await sendFile<ImportView>(`/api/v1/imports?${query}`, form, how);
    return to.setup(`import/${made.id}`);
  }

  return (
    <SendForm act={t("import.send")} hint={t("import.nothing_yet")} ready={files.length > 0} onSend={send}>
      {(faults) => (
        <>
          <FileInput
            label={t("import.files")}
            description={t("import.files_help")}
            placeholder={t("import.choose")}
            leftSection={<FileSpreadsheet aria-hidden size={16} />}
            accept={TAKEN}
            multiple
            clearable
            clearButtonProps={{ "aria-label": t("import.clear") }}
            value={files}
            onChange={choose}
          />
          <Group grow align="flex-start" preventGrowOverflow={false}>
            <Select
              label={t("import.list")}
              description={t("import.list_help")}
              data={SHAPES.filter(({ template }) => template).map((one) => ({
                value: one.template ?? "",
                label: names.list(one.list),
              }))}
              value={list}
              error={faults["list"]}
              onChange={setList}
              clearable
              searchable
              miw={220}
            />
            <TextInput
              label={t("import.system")}
              description={t("import.system_help")}
              value={system}
              error={faults["system"]}
              onChange={(event) => setSystem(event.currentTarget.value)}
              maxLength={100}
              miw={220}
            />
          </Group>
        </>
      )}
    </SendForm>
  );
}

function Templates() {
  const { t, i18n } = useTranslation("setup");
  const names = useNames();
  const address = (file: string) => `/api/v1/lists/templates/${file}?lang=${i18n.language}`;
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {t("import.templates")}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {t("import.templates_what")}
      </Text>
      <Stack gap="xs" align="flex-start">
        <Button
          component="a"
          href={address("all.xlsx")}
          download="all.xlsx"
          variant="default"
          leftSection={<Download aria-hidden size={16} />}
        >
          {t("import.all")}
        </Button>
        <Group gap="md">
          {SHAPES.filter(({ template }) => template).map(({ list, template }) => (
            <Anchor key={list} href={address(`${template}.xlsx`)} download={`${template}.xlsx`} size="sm">
              {names.list(list)}
            </Anchor>
          ))}
        </Group>
      </Stack>
    </section>
  );
}

function Uploads() {
  const { t } = useTranslation("setup");
  const format = useFormat();
  const list = useList("/api/v1/imports", {});
  return (
    <SentFiles<ImportView>
      title={t("import.uploads")}
      list={list}
      tell={({ id, files, state, created_by, created }) => ({
        id,
        name: files.map(({ name }) => name).join(", "),
        address: to.setup(`import/${id}`),
        state: <ImportState state={state} />,
        by: created_by,
        at: created,
      })}
      figures={[
        { key: "rows", head: t("import.rows"), cell: (one) => format.number(one.rows_read), end: true },
        { key: "faults", head: t("import.faults"), cell: (one) => format.number(one.faults), end: true },
      ]}
      empty={<Empty title={t("import.none")}>{t("import.none_why")}</Empty>}
    />
  );
}
