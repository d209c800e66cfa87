/** What the broker refused of a gateway: logging in, publishing, subscribing. */
import { Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { SightingView } from "@/api/schema";
import { useFormat } from "@/parts/format";
import { Section } from "@/parts/Section";
import { TimeText } from "@/parts/TimeText";
import { WideTable } from "@/parts/WideTable";

export function BrokerRefusals({ refusals }: { refusals: SightingView["refusals"] }) {
  const { t } = useTranslation("gateways");
  const format = useFormat();
  return (
    <Section title={t("refused.title")} hint={t("refused.about")}>
      <WideTable label={t("refused.title")} least={480}>
        <Table.Thead>
          <Table.Tr>
            {(["what", "topic", "address", "last", "n"] as const).map((name) => (
              <Table.Th key={name} scope="col">
                {t(`refused.column.${name}`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {refusals.map((one) => (
            <Table.Tr key={`${one.what} ${one.topic} ${one.address}`}>
              <Table.Td>{t(`refused.${one.what}`, one.what)}</Table.Td>
              <Table.Td>{one.topic || "–"}</Table.Td>
              <Table.Td>{one.address || "–"}</Table.Td>
              <Table.Td>
                <TimeText at={one.last} />
              </Table.Td>
              <Table.Td>{format.number(one.n, 0)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
    </Section>
  );
}
