/** Lists from files: choose them, watch them being read; the uploads of the last day. */
import {
  Anchor,
  Button,
  FileInput,
  Group,
  Paper,
  Progress,
  Select,
  Stack,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { Download, FileSpreadsheet, Upload } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { sendFile } from "@/api/files";
import { useList } from "@/api/lists";
import type { ImportView } from "@/api/schema";
import { to } from "@/links";
import { type Column, DataTable } from "@/parts/DataTable";
import { useFormat } from "@/parts/format";
import { PageHead } from "@/parts/PageHead";
import { Empty } from "@/parts/states/Empty";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { TimeText } from "@/parts/TimeText";
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
  const go = useNavigate();
  const format = useFormat();
  const names = useNames();
  const [files, choose] = useState<File[]>([]);
  const [list, setList] = useState<string | null>(null);
  const [system, setSystem] = useState("");
  const [share, setShare] = useState<number | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const giveUp = useRef<AbortController | null>(null);

  async function send() {
    setProblem(null);
    setShare(0);
    giveUp.current = new AbortController();
    const form = new FormData();
    for (const file of files) form.append("file", file, file.name);
    const query = new URLSearchParams();
    if (list) query.set("list", list);
    if (system.trim()) query.set("system", system.trim());
    try {
      const made = await sendFile<ImportView>(`/api/v1/imports?${query}`, form, {
        onProgress: setShare,
        signal: giveUp.current.signal,
      });
      void go(to.setup(`import/${made.id}`));
    } catch (thrown) {
      if (!giveUp.current.signal.aborted) setProblem(thrown);
    } finally {
      setShare(null);
    }
  }

  return (
    <Paper
      withBorder
      p="md"
      component="form"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Stack>
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
            onChange={setList}
            clearable
            searchable
            miw={220}
          />
          <TextInput
            label={t("import.system")}
            description={t("import.system_help")}
            value={system}
            onChange={(event) => setSystem(event.currentTarget.value)}
            maxLength={100}
            miw={220}
          />
        </Group>
        {share !== null && (
          <Group wrap="nowrap" role="status">
            <Progress value={share * 100} flex={1} aria-label={t("import.sending")} />
            <Text size="sm">{format.share(share, 0)}</Text>
            <Button size="xs" variant="default" onClick={() => giveUp.current?.abort()}>
              {t("import.give_up")}
            </Button>
          </Group>
        )}
        {problem !== null && <ErrorNotice problem={problem} />}
        <Group>
          <Button
            type="submit"
            leftSection={<Upload aria-hidden size={16} />}
            disabled={files.length === 0}
            loading={share !== null}
          >
            {t("import.send")}
          </Button>
          <Text size="sm" c="dimmed">
            {t("import.nothing_yet")}
          </Text>
        </Group>
      </Stack>
    </Paper>
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
  const columns: Column<ImportView>[] = [
    { key: "files", head: t("import.files"), cell: (one) => <Named upload={one} /> },
    { key: "state", head: t("import.state_head"), cell: (one) => <ImportState state={one.state} /> },
    { key: "rows", head: t("import.rows"), cell: (one) => format.number(one.rows_read), end: true },
    { key: "faults", head: t("import.faults"), cell: (one) => format.number(one.faults), end: true },
    { key: "by", head: t("import.by"), cell: (one) => one.created_by.replace(/^person:/, "") },
    { key: "when", head: t("import.when"), cell: (one) => <TimeText at={one.created} /> },
  ];
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {t("import.uploads")}
      </Title>
      <DataTable
        list={list}
        columns={columns}
        rowKey={(one) => one.id}
        label={t("import.uploads")}
        empty={<Empty title={t("import.none")}>{t("import.none_why")}</Empty>}
        card={(one) => (
          <Stack gap={4}>
            <Named upload={one} />
            <Group justify="space-between">
              <ImportState state={one.state} />
              <TimeText at={one.created} />
            </Group>
          </Stack>
        )}
      />
    </section>
  );
}

function Named({ upload }: { upload: ImportView }) {
  return (
    <Anchor component={Link} to={to.setup(`import/${upload.id}`)} fw={600}>
      {upload.files.map(({ name }) => name).join(", ")}
    </Anchor>
  );
}
