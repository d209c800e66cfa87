/** A list of the API as a table (on a phone as cards), page by page, with every state that a list can be in. */
import { Button, Card, Group, Stack, Table } from "@mantine/core";
import { useIntersection, useMediaQuery } from "@mantine/hooks";
import { type ReactNode, useDeferredValue, useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { List } from "@/api/lists";
import style from "@/parts/DataTable.module.css";
import { PHONE } from "@/parts/phone";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";

/** So many rows a screen shows at most. */
const SCREEN = 20;

export interface Column<One> {
  key: string;
  head: ReactNode;
  cell: (one: One) => ReactNode;
  /** Figures stand at the end of their cell. */
  end?: boolean;
  /** Names and moments that are not broken as long as they are short. */
  whole?: boolean;
}

interface Props<One> {
  list: List<One>;
  columns: Column<One>[];
  rowKey: (one: One) => string;
  /** What the list is, read by screen readers. */
  label: string;
  /** Shown when there is nothing. */
  empty: ReactNode;
  /** How a row looks on a phone. */
  card: (one: One) => ReactNode;
}

export function DataTable<One>(props: Props<One>) {
  const { list, empty } = props;
  const phone = useMediaQuery(PHONE, undefined, { getInitialValueInEffect: false });
  if (list.loading) return <Loading rows={8} />;
  if (list.problem && list.items.length === 0)
    return <ErrorNotice problem={list.problem} again={list.again} />;
  if (list.items.length === 0) return empty;
  return (
    <Stack
      gap="sm"
      aria-busy={list.stale}
      className={style["list"] ?? ""}
      data-stale={list.stale || undefined}
    >
      {list.problem && <ErrorNotice problem={list.problem} again={list.again} />}
      {phone ? <Cards {...props} /> : <Rows {...props} />}
      {list.more && <More fetchMore={list.fetchMore} />}
    </Stack>
  );
}

/** A screenful first, and the rest when that is drawn. */
function useDrawn<One>(items: One[]): One[] {
  const most = useDeferredValue(Number.POSITIVE_INFINITY, SCREEN);
  return most < items.length ? items.slice(0, most) : items;
}

function Rows<One>({ list, columns, rowKey, label }: Props<One>) {
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table highlightOnHover aria-label={label} verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column.key} scope="col" ta={column.end ? "end" : "start"}>
                {column.head}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {useDrawn(list.items).map((one) => (
            <Table.Tr key={rowKey(one)}>
              {columns.map((column) => (
                <Table.Td key={column.key} ta={column.end ? "end" : "start"}>
                  {column.whole ? <div className={style["whole"]}>{column.cell(one)}</div> : column.cell(one)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Cards<One>({ list, rowKey, label, card }: Props<One>) {
  return (
    <ul className={style["cards"]} aria-label={label}>
      {useDrawn(list.items).map((one) => (
        <li key={rowKey(one)}>
          <Card withBorder padding="sm">
            {card(one)}
          </Card>
        </li>
      ))}
    </ul>
  );
}

function More({ fetchMore }: { fetchMore: () => void }) {
  const { t } = useTranslation("states");
  const { ref, entry } = useIntersection({ rootMargin: "400px" });
  const near = entry?.isIntersecting ?? false;
  // biome-ignore lint/correctness/useExhaustiveDependencies: fetched once whenever the end comes near
  useEffect(() => {
    if (near) fetchMore();
  }, [near]);
  return (
    <Group justify="center" ref={ref}>
      <Button variant="default" onClick={fetchMore}>
        {t("more")}
      </Button>
    </Group>
  );
}
