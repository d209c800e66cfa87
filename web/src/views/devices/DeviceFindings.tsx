/** What was noticed about a device as a device, the latest first. */
import { Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useList } from "@/api/lists";
import type { FindingView } from "@/api/schema";
import { SeverityBadge } from "@/parts/badges";
import { type Column, DataTable } from "@/parts/DataTable";
import { useFormat } from "@/parts/format";
import { Section } from "@/parts/Section";
import { Empty } from "@/parts/states/Empty";
import { TimeText } from "@/parts/TimeText";

export function DeviceFindings({ device }: { device: string }) {
  const { t } = useTranslation(["devices", "findings"]);
  const list = useList("/api/v1/findings", { device, limit: 50 });
  const columns: Column<FindingView>[] = [
    {
      key: "severity",
      head: t("findings.severity"),
      cell: (one) => <SeverityBadge severity={one.severity} />,
    },
    { key: "kind", head: t("findings.kind"), cell: (one) => <What finding={one} /> },
    { key: "start", head: t("findings.start"), cell: (one) => <TimeText at={one.start} show="absolute" /> },
    { key: "lasted", head: t("findings.lasted"), cell: (one) => <Lasted finding={one} /> },
  ];
  return (
    <Section title={t("findings.title")}>
      <DataTable
        list={list}
        columns={columns}
        rowKey={(one) => one.id}
        label={t("findings.title")}
        empty={<Empty title={t("findings.none")}>{t("findings.none_why")}</Empty>}
        card={(one) => (
          <Stack gap={4}>
            <Group justify="space-between">
              <What finding={one} />
              <SeverityBadge severity={one.severity} />
            </Group>
            <Group justify="space-between">
              <TimeText at={one.start} show="absolute" />
              <Lasted finding={one} />
            </Group>
          </Stack>
        )}
      />
    </Section>
  );
}

/** Its kind, and of which quantity. */
function What({ finding }: { finding: FindingView }) {
  const { t } = useTranslation(["findings", "words"]);
  const quantity = finding.subject.split(":")[2];
  return (
    <Text size="sm" component="span">
      {t(`kind.${finding.kind}`, finding.kind)}
      {quantity && ` (${t(`words:quantity.${quantity}`, quantity)})`}
    </Text>
  );
}

function Lasted({ finding }: { finding: FindingView }) {
  const { t } = useTranslation("devices");
  const format = useFormat();
  if (finding.end === null) return <Text fw={600}>{t("findings.going_on")}</Text>;
  return <span>{format.duration(Date.parse(finding.end) - Date.parse(finding.start))}</span>;
}
