/** What was found in a place, the latest first, each with the evidence on which it rests. */
import { Button, Group, Modal, Stack, Table, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { CircleCheck, Microscope } from "lucide-react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { useList } from "@/api/lists";
import type { FindingView } from "@/api/schema";
import { SeverityBadge } from "@/parts/badges";
import { type Column, DataTable } from "@/parts/DataTable";
import { Facts } from "@/parts/Facts";
import { useFormat } from "@/parts/format";
import { Section } from "@/parts/Section";
import { Empty } from "@/parts/states/Empty";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";
import { TimeText } from "@/parts/TimeText";
import { WideTable } from "@/parts/WideTable";
import { useKind } from "@/views/places/states";

const PAGE = 20;

interface Props {
  zone: string;
  clock?: string;
}

export function Findings({ zone, clock }: Props) {
  const { t } = useTranslation("findings");
  const kind = useKind();
  const list = useList("/api/v1/findings", { zone, limit: PAGE });
  const columns: Column<FindingView>[] = [
    { key: "severity", head: t("severity"), cell: (one) => <SeverityBadge severity={one.severity} /> },
    { key: "kind", head: t("what"), cell: (one) => kind(one.kind) },
    { key: "start", head: t("start"), cell: (one) => <When at={one.start} clock={clock} /> },
    { key: "lasted", head: t("lasted"), cell: (one) => <Lasted finding={one} /> },
    {
      key: "evidence",
      head: t("evidence"),
      cell: (one) => <Evidence finding={one} clock={clock} />,
      end: true,
    },
  ];
  return (
    <Section title={t("title")}>
      <DataTable
        list={list}
        columns={columns}
        rowKey={(one) => one.id}
        label={t("title")}
        empty={
          <Empty title={t("none")} icon={CircleCheck}>
            {t("none_why")}
          </Empty>
        }
        card={(one) => (
          <Stack gap={6}>
            <Group justify="space-between" wrap="nowrap" align="flex-start">
              <Text fw={600}>{kind(one.kind)}</Text>
              <SeverityBadge severity={one.severity} />
            </Group>
            <Group justify="space-between">
              <Text size="sm" component="div">
                <When at={one.start} clock={clock} /> · <Lasted finding={one} />
              </Text>
              <Evidence finding={one} clock={clock} />
            </Group>
          </Stack>
        )}
      />
    </Section>
  );
}

function When({ at, clock }: { at: string; clock: string | undefined }) {
  return <TimeText at={at} show="absolute" {...(clock ? { zone: clock } : {})} />;
}

function Lasted({ finding: { start, end } }: { finding: FindingView }) {
  const { t } = useTranslation("findings");
  const format = useFormat();
  return end ? format.duration(Date.parse(end) - Date.parse(start)) : t("going_on");
}

function Evidence({ finding, clock }: { finding: FindingView; clock: string | undefined }) {
  const { t } = useTranslation("findings");
  const kind = useKind();
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button
        size="compact-sm"
        variant="subtle"
        leftSection={<Microscope aria-hidden size={14} />}
        onClick={open}
        aria-label={t("evidence_of", { show: t("show"), kind: kind(finding.kind) })}
      >
        {t("show")}
      </Button>
      <Modal opened={opened} onClose={close} title={kind(finding.kind)} size="lg" centered>
        <Shown id={finding.id} clock={clock} />
      </Modal>
    </>
  );
}

function Shown({ id, clock }: { id: string; clock: string | undefined }) {
  const { t } = useTranslation("findings");
  const format = useFormat();
  const { data, error, refetch } = ask.useQuery("get", "/api/v1/findings/{id}", { params: { path: { id } } });
  if (error) return <ErrorNotice problem={error} again={() => void refetch()} />;
  if (!data) return <Loading rows={4} />;
  const evidence = Object.entries(data.evidence ?? {});
  return (
    <Stack>
      <Facts
        facts={[
          [t("subject"), data.subject],
          [t("start"), <When key="start" at={data.start} clock={clock} />],
          [t("end"), data.end ? <When key="end" at={data.end} clock={clock} /> : t("going_on")],
          [t("peak"), data.peak === null ? null : format.number(data.peak, 2)],
          [t("coverage"), format.share(data.coverage)],
          [t("samples"), format.number(data.samples, 0)],
          [t("detector"), `${data.detector} ${data.detector_version}`],
          [t("model"), data.model],
        ]}
      />
      {evidence.length > 0 && (
        <WideTable least={320} label={t("evidence")}>
          <Table.Tbody>
            {evidence.map(([name, value]) => (
              <Table.Tr key={name}>
                <Table.Th scope="row" ff="monospace">
                  {name}
                </Table.Th>
                <Table.Td ff="monospace">{told(value)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </WideTable>
      )}
    </Stack>
  );
}

const MOST_LETTERS = 400;

/** Evidence as it stands in the record, shortened where it is a long series. */
function told(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS)} …` : text;
}
