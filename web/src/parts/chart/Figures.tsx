/** The figures of a chart as a table: for who reads with the ears, and for who wants the numbers. */
import { ScrollArea, Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Picture } from "@/parts/chart/nouns";
import { toldState } from "@/parts/chart/two";
import { useFormat } from "@/parts/format";

/** A table of more rows than this helps nobody: it is thinned out evenly. */
const MOST_ROWS = 60;

export function Figures({ picture, zone, label }: { picture: Picture; zone?: string; label: string }) {
  const { t } = useTranslation("states");
  const format = useFormat();
  const every = Math.max(1, Math.ceil(picture.time.length / MOST_ROWS));
  const rows = picture.time.map((at, i) => ({ at, i })).filter(({ i }) => i % every === 0);
  return (
    <ScrollArea.Autosize mah={320} viewportProps={{ tabIndex: 0, role: "region", "aria-label": label }}>
      <Table stickyHeader>
        <Table.Caption>{label}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t("chart.time")}</Table.Th>
            {picture.curves.map((curve) => (
              <Table.Th key={curve.key} scope="col">
                {curve.states ? curve.label : `${curve.label}: ${t("chart.band")}`}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ at, i }) => (
            <Table.Tr key={at}>
              <Table.Th scope="row">{format.moment(new Date(at * 1000).toISOString(), zone)}</Table.Th>
              {picture.curves.map((curve) => (
                <Table.Td key={curve.key}>
                  {curve.suspect?.[i] && `${t("chart.doubted")}: `}
                  {curve.states
                    ? toldState(curve.states, curve.min[i], curve.max[i])
                    : `${[curve.min[i], curve.mean[i], curve.max[i]]
                        .map((each) => format.value(each, ""))
                        .join(" · ")} ${curve.unit}`}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}
