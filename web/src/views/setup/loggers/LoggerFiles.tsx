/** Files of data loggers: sent with progress, what was read in them, and keeping it. */
import { FileInput, Select, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { FileSpreadsheet } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { onceKey } from "@/api/client";
import { type Sending, sendFile } from "@/api/files";
import { useList } from "@/api/lists";
import type { LoggerFileLine, LoggerFileView } from "@/api/schema";
import { to } from "@/links";
import { useFormat } from "@/parts/format";
import { PageHead } from "@/parts/PageHead";
import { Reference } from "@/parts/Reference";
import { Empty } from "@/parts/states/Empty";
import { useSession } from "@/shell/session";
import { SendForm } from "@/views/setup/files/SendForm";
import { SentFiles } from "@/views/setup/files/SentFiles";
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
  const [file, choose] = useState<File | null>(null);
  const [how, say] = useState<How>({ device: null, time_zone: "", day_first: null, decimal: null });
  const set = (some: Partial<How>) => say((before) => ({ ...before, ...some }));

  async function send(sending: Sending) {
    if (!file) return to.setup("logger-files");
    const headers = { ...onceKey(), "Content-Type": kindOf(file) };
    const read = await sendFile<LoggerFileView>(addressOf(file, how), file, { ...sending, headers });
    return to.setup(`logger-files/${read.id}`);
  }

  return (
    <SendForm act={t("loggers.read")} hint={t("loggers.nothing_yet")} ready={file !== null} onSend={send}>
      {(faults) => (
        <>
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
        </>
      )}
    </SendForm>
  );
}

function Uploaded() {
  const { t } = useTranslation("setup");
  const format = useFormat();
  const list = useList("/api/v1/logger-files", {});
  return (
    <SentFiles<LoggerFileLine>
      title={t("loggers.files")}
      list={list}
      tell={({ id, name, state, uploaded_by, uploaded }) => ({
        id,
        name,
        address: to.setup(`logger-files/${id}`),
        state: <FileState state={state} />,
        by: uploaded_by,
        at: uploaded,
      })}
      figures={[
        {
          key: "size",
          head: t("loggers.size"),
          cell: (one) => t("loggers.kb", { size: format.number(one.size_bytes / 1_000, 1) }),
          end: true,
        },
      ]}
      empty={<Empty title={t("loggers.none")}>{t("loggers.none_why")}</Empty>}
    />
  );
}
