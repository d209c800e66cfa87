/** One upload: how far it is, what is wrong row by row, what would be changed field by field, and writing it all or nothing. */
import { Button, Group, Paper, Progress, Stack, Table, Tabs, Text } from "@mantine/core";
import { Check, Download } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { api, ask } from "@/api/client";
import { keepFile } from "@/api/files";
import { queries } from "@/api/queries";
import type { ImportView, SheetCount } from "@/api/schema";
import { ConfirmWithReason } from "@/parts/ConfirmWithReason";
import { useFormat } from "@/parts/format";
import { PageHead } from "@/parts/PageHead";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";
import { Failed } from "@/shell/Failed";
import { going, ImportState } from "@/views/setup/import/ImportState";
import { Changes, Faults } from "@/views/setup/import/Preview";

const EVERY_MS = 1_000;
const OVER = new Set(["applied", "cancelled"]);

export default function ImportOne() {
  const { id = "" } = useParams();
  const { data, error, refetch } = ask.useQuery(
    "get",
    "/api/v1/imports/{id}",
    { params: { path: { id } } },
    { refetchInterval: ({ state }) => (going(state.data?.state) ? EVERY_MS : false) },
  );
  if (data) return <Upload upload={data} again={() => void refetch()} />;
  return error ? <Failed problem={error} again={() => void refetch()} /> : <Loading />;
}

function Upload({ upload, again }: { upload: ImportView; again: () => void }) {
  const { t } = useTranslation("setup");
  const format = useFormat();
  const [applying, askApply] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const path = { id: upload.id };

  async function cancel() {
    setProblem(null);
    try {
      await api.DELETE("/api/v1/imports/{id}", { params: { path } });
    } catch (thrown) {
      setProblem(thrown);
    }
    again();
  }

  async function apply(reason: string) {
    await api.POST("/api/v1/imports/{id}/apply", { params: { path, query: reason ? { reason } : {} } });
    again();
  }

  const share = upload.rows_total > 0 ? upload.rows_read / upload.rows_total : 0;
  return (
    <>
      <PageHead
        title={upload.files.map(({ name }) => name).join(", ")}
        actions={
          <>
            {!OVER.has(upload.state) && (
              <Button variant="default" onClick={() => void cancel()}>
                {t("import.cancel")}
              </Button>
            )}
            {upload.state === "ready" && (
              <Button leftSection={<Check aria-hidden size={16} />} onClick={() => askApply(true)}>
                {t("import.apply")}
              </Button>
            )}
          </>
        }
      >
        <Group gap="sm">
          <ImportState state={upload.state} />
          <span>
            {t("import.rows_read", {
              read: format.number(upload.rows_read),
              total: format.number(upload.rows_total),
            })}
          </span>
        </Group>
      </PageHead>
      <Stack>
        <Paper withBorder p="md" role="status">
          <Text>{upload.message}</Text>
          {going(upload.state) && (
            <Progress value={share * 100} mt="sm" animated aria-label={t(`import.state.${upload.state}`)} />
          )}
        </Paper>
        {problem !== null && <ErrorNotice problem={problem} />}
        {upload.sheets.length > 0 && <Sheets sheets={upload.sheets} />}
        {(upload.state === "ready" || upload.state === "faulty") && <Preview upload={upload} />}
      </Stack>
      <ConfirmWithReason
        opened={applying}
        title={t("import.apply_title")}
        act={t("import.apply")}
        reason="optional"
        onConfirm={apply}
        onClose={() => askApply(false)}
        onDone={() => void queries.invalidateQueries({ queryKey: ["list"] })}
      >
        {t("import.apply_what")}
      </ConfirmWithReason>
    </>
  );
}

/** What the rows of each sheet come to. */
function Sheets({ sheets }: { sheets: SheetCount[] }) {
  const { t } = useTranslation(["setup", "fields"]);
  const format = useFormat();
  const counts = ["rows", "created", "changed", "unchanged", "faults"] as const;
  return (
    <Table.ScrollContainer minWidth={480} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table withTableBorder aria-label={t("import.sheets")}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t("import.sheet")}</Table.Th>
            {counts.map((name) => (
              <Table.Th key={name} scope="col" ta="end">
                {t(`import.${name}`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sheets.map((one) => (
            <Table.Tr key={one.sheet}>
              <Table.Th scope="row" fw={500}>
                {t(`fields:sheet.${one.list}`, one.sheet)}
              </Table.Th>
              {counts.map((name) => (
                <Table.Td key={name} ta="end">
                  {format.number(one[name])}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Preview({ upload }: { upload: ImportView }) {
  const { t } = useTranslation("setup");
  const [problem, setProblem] = useState<unknown>(null);
  const faulty = upload.faults > 0;
  return (
    <Tabs defaultValue={upload.state === "faulty" ? "faults" : "changes"} keepMounted={false}>
      <Tabs.List mb="md">
        <Tabs.Tab value="changes">{t("import.changes")}</Tabs.Tab>
        <Tabs.Tab value="faults">{t("import.faults_n", { count: upload.faults })}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="changes">
        <Changes id={upload.id} />
      </Tabs.Panel>
      <Tabs.Panel value="faults">
        <Stack>
          {faulty && (
            <Group>
              <Button
                variant="default"
                size="xs"
                leftSection={<Download aria-hidden size={14} />}
                onClick={() =>
                  void keepFile(`/api/v1/imports/${upload.id}/faults.csv`, "faults.csv").catch(setProblem)
                }
              >
                {t("import.faults_file")}
              </Button>
            </Group>
          )}
          {problem !== null && <ErrorNotice problem={problem} />}
          <Faults id={upload.id} />
        </Stack>
      </Tabs.Panel>
    </Tabs>
  );
}
