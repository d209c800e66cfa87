/** Files of data loggers: sent with progress, what was read in them, and keeping it. */
import {
  Anchor,
  Button,
  FileInput,
  Group,
  Paper,
  Progress,
  Select,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { FileSpreadsheet, Upload } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { onceKey } from "@/api/client";
import { sendFile } from "@/api/files";
import { useList } from "@/api/lists";
import { asProblem, faultsOf } from "@/api/problem";
import type { LoggerFileLine, LoggerFileView } from "@/api/schema";
import { to } from "@/links";
import { type Column, DataTable } from "@/parts/DataTable";
import { useFormat } from "@/parts/format";
import { PageHead } from "@/parts/PageHead";
import { Reference } from "@/parts/Reference";
import { Empty } from "@/parts/states/Empty";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { TimeText } from "@/parts/TimeText";
import { useSession } from "@/shell/session";
import { FileState } from "@/views/setup/loggers/FileState";

const WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

export default function LoggerFiles() {
  const { t } = useTranslation("setup");
  const { may } = useSession();
  return (
    <>
      <PageHead title={t("tool.logger-files")}>{t("loggers.what")}</PageHead>
      <Stack gap="xl">
        {may("logger_files.write") && <UploadForm />}
        <Uploaded />
      </Stack>
    </>
  );
}

/** What a file does not say itself; asked for only where it is needed. */
interface How {
  device: string | null;
  time_zone: string;
  day_first: string | null;
  decimal: string | null;
}

function addressOf(file: File, how: How): string {
  const query = new URLSearchParams({ name: file.name });
  for (const [name, value] of Object.entries(how)) if (value) query.set(name, value);
  return `/api/v1/logger-files?${query}`;
}

function kindOf(file: File): string {
  return file.name.toLowerCase().endsWith(".xlsx") ? WORKBOOK : "text/csv";
}

function UploadForm() {
  const { t } = useTranslation("setup");
  const go = useNavigate();
  const format = useFormat();
  const [file, choose] = useState<File | null>(null);
  const [how, say] = useState<How>({ device: null, time_zone: "", day_first: null, decimal: null });
  const [share, setShare] = useState<number | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const giveUp = useRef<AbortController | null>(null);
  const faults = faultsOf(problem === null ? [] : asProblem(problem).errors);
  const set = (some: Partial<How>) => say((before) => ({ ...before, ...some }));

  async function send(sent: File) {
    setProblem(null);
    setShare(0);
    giveUp.current = new AbortController();
    try {
      const read = await sendFile<LoggerFileView>(addressOf(sent, how), sent, {
        onProgress: setShare,
        signal: giveUp.current.signal,
        headers: { ...onceKey(), "Content-Type": kindOf(sent) },
      });
      void go(to.setup(`logger-files/${read.id}`));
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
        if (file) void send(file);
      }}
    >
      <Stack>
        <FileInput
          label={t("loggers.file")}
          placeholder={t("import.choose")}
          leftSection={<FileSpreadsheet aria-hidden size={16} />}
          accept=".csv,.txt,.xlsx"
          value={file}
          onChange={choose}
          clearable
          clearButtonProps={{ "aria-label": t("import.clear") }}
        />
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }}>
          <Reference
            label={t("loggers.device")}
            description={t("loggers.device_help")}
            path="/api/v1/devices"
            value={how.device}
            onChange={(device) => set({ device })}
            error={faults["device"]}
          />
          <TextInput
            label={t("loggers.time_zone")}
            description={t("loggers.time_zone_help")}
            value={how.time_zone}
            error={faults["time_zone"]}
            onChange={(event) => set({ time_zone: event.currentTarget.value })}
          />
          <Select
            label={t("loggers.day_first")}
            description={t("loggers.only_if")}
            data={[
              { value: "true", label: t("loggers.days.day") },
              { value: "false", label: t("loggers.days.month") },
            ]}
            value={how.day_first}
            error={faults["day_first"]}
            onChange={(day_first) => set({ day_first })}
            clearable
          />
          <Select
            label={t("loggers.decimal")}
            description={t("loggers.only_if")}
            data={[
              { value: ".", label: "4.5" },
              { value: ",", label: "4,5" },
            ]}
            value={how.decimal}
            error={faults["decimal"]}
            onChange={(decimal) => set({ decimal })}
            clearable
          />
        </SimpleGrid>
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
            disabled={!file}
            loading={share !== null}
          >
            {t("loggers.read")}
          </Button>
          <Text size="sm" c="dimmed">
            {t("loggers.nothing_yet")}
          </Text>
        </Group>
      </Stack>
    </Paper>
  );
}

function Uploaded() {
  const { t } = useTranslation("setup");
  const format = useFormat();
  const list = useList("/api/v1/logger-files", {});
  const named = (one: LoggerFileLine) => (
    <Anchor component={Link} to={to.setup(`logger-files/${one.id}`)} fw={600}>
      {one.name}
    </Anchor>
  );
  const columns: Column<LoggerFileLine>[] = [
    { key: "name", head: t("loggers.file"), cell: named },
    { key: "state", head: t("import.state_head"), cell: (one) => <FileState state={one.state} /> },
    {
      key: "size",
      head: t("loggers.size"),
      cell: (one) => t("loggers.kb", { size: format.number(one.size_bytes / 1_000, 1) }),
      end: true,
    },
    { key: "by", head: t("import.by"), cell: (one) => one.uploaded_by.replace(/^person:/, "") },
    { key: "when", head: t("import.when"), cell: (one) => <TimeText at={one.uploaded} /> },
  ];
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {t("loggers.files")}
      </Title>
      <DataTable
        list={list}
        columns={columns}
        rowKey={(one) => one.id}
        label={t("loggers.files")}
        empty={<Empty title={t("loggers.none")}>{t("loggers.none_why")}</Empty>}
        card={(one) => (
          <Group justify="space-between">
            {named(one)}
            <FileState state={one.state} />
          </Group>
        )}
      />
    </section>
  );
}
