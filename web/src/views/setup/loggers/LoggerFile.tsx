/** One file of a logger: its series, what became or would become of its values, and keeping or giving it up. */
import { Alert, Button, Group, List, Progress, Stack, Table, Text } from "@mantine/core";
import { Check } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { api, ask } from "@/api/client";
import type { LoggerFileView } from "@/api/schema";
import { useFormat } from "@/parts/format";
import { PageHead } from "@/parts/PageHead";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";
import { Failed } from "@/shell/Failed";
import { useSession } from "@/shell/session";
import { FileState } from "@/views/setup/loggers/FileState";

const EVERY_MS = 1_000;
const COUNTS = ["values", "kept", "duplicate", "conflicting", "waiting", "refused"] as const;

/** Whether its values are on their way. */
function sending(file: LoggerFileView | undefined): boolean {
  return file?.state === "keeping";
}

export default function LoggerFile() {
  const { id = "" } = useParams();
  const { data, error, refetch } = ask.useQuery(
    "get",
    "/api/v1/logger-files/{id}",
    { params: { path: { id } } },
    { refetchInterval: ({ state }) => (sending(state.data) ? EVERY_MS : false) },
  );
  if (data) return <Shown file={data} again={() => void refetch()} />;
  return error ? <Failed problem={error} again={() => void refetch()} /> : <Loading />;
}

function Shown({ file, again }: { file: LoggerFileView; again: () => void }) {
  const { t } = useTranslation("setup");
  const format = useFormat();
  const { may } = useSession();
  const [problem, setProblem] = useState<unknown>(null);
  const params = { path: { id: file.id } };
  async function act(does: () => Promise<unknown>) {
    setProblem(null);
    try {
      await does();
    } catch (thrown) {
      setProblem(thrown);
    }
    again();
  }
  const open = file.state === "previewed" || file.state === "failed";
  return (
    <>
      <PageHead
        title={file.name}
        actions={
          may("logger_files.write") && (
            <>
              {(open || sending(file)) && (
                <Button
                  variant="default"
                  onClick={() => void act(() => api.POST("/api/v1/logger-files/{id}/cancel", { params }))}
                >
                  {t("loggers.cancel")}
                </Button>
              )}
              {open && (
                <Button
                  leftSection={<Check aria-hidden size={16} />}
                  onClick={() => void act(() => api.POST("/api/v1/logger-files/{id}/keep", { params }))}
                >
                  {t("loggers.keep")}
                </Button>
              )}
            </>
          )
        }
      >
        <Group gap="sm">
          <FileState state={file.state} />
          {file.time_zone && <span>{file.time_zone}</span>}
        </Group>
      </PageHead>
      <Stack>
        {problem !== null && <ErrorNotice problem={problem} />}
        {sending(file) && (
          <Progress
            value={file.to_send > 0 ? (file.sent / file.to_send) * 100 : 0}
            animated
            aria-label={t("import.sending")}
          />
        )}
        <Group gap="xl">
          {COUNTS.map((name) => (
            <div key={name}>
              <Text size="sm" c="dimmed">
                {t(`loggers.count.${name}`)}
              </Text>
              <Text fw={600} size="lg">
                {format.number(file.counts[name])}
              </Text>
            </div>
          ))}
        </Group>
        {file.notes.length > 0 && (
          <Alert color="yellow" title={t("loggers.notes")}>
            <List size="sm">
              {file.notes.map((note) => (
                <List.Item key={note}>{note}</List.Item>
              ))}
            </List>
          </Alert>
        )}
        <Series file={file} />
        {file.refused.length > 0 && (
          <List size="sm">
            {file.refused.map((one) => (
              <List.Item key={one.reason}>
                {format.number(one.n)}: {one.message}
              </List.Item>
            ))}
          </List>
        )}
      </Stack>
    </>
  );
}

function Series({ file }: { file: LoggerFileView }) {
  const { t } = useTranslation(["setup", "words"]);
  const format = useFormat();
  return (
    <Table.ScrollContainer minWidth={560} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table withTableBorder aria-label={t("loggers.series")}>
        <Table.Thead>
          <Table.Tr>
            {["device", "quantity", "values", "first", "last"].map((name) => (
              <Table.Th key={name} scope="col" ta={name === "values" ? "end" : "start"}>
                {t(`loggers.column.${name}`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {file.series.map((one) => (
            <Table.Tr key={`${one.device} ${one.quantity}`}>
              <Table.Td>{one.device}</Table.Td>
              <Table.Td>{t(`words:quantity.${one.quantity}`, one.quantity)}</Table.Td>
              <Table.Td ta="end">{format.number(one.values)}</Table.Td>
              <Table.Td>{format.moment(one.first)}</Table.Td>
              <Table.Td>{format.moment(one.last)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
