/** What was sent before, each with its state. */
import { Anchor, Group, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { List } from "@/api/lists";
import { type Column, DataTable } from "@/parts/DataTable";
import { TimeText } from "@/parts/TimeText";

/** One line. */
export interface SentFile {
  id: string;
  name: string;
  /** Where it is looked at. */
  address: string;
  state: ReactNode;
  by: string;
  at: string;
}

interface Props<One extends { id: string }> {
  title: string;
  list: List<One>;
  tell: (one: One) => SentFile;
  /** Figures between state and sender. */
  figures: Column<One>[];
  empty: ReactNode;
}

export function SentFiles<One extends { id: string }>({ title, list, tell, figures, empty }: Props<One>) {
  const { t } = useTranslation("setup");
  const named = (one: One) => (
    <Anchor component={Link} to={tell(one).address} fw={600} style={{ overflowWrap: "anywhere" }}>
      {tell(one).name}
    </Anchor>
  );
  const when = (one: One) => <TimeText at={tell(one).at} />;
  const columns: Column<One>[] = [
    { key: "name", head: t("import.files"), cell: named },
    { key: "state", head: t("import.state_head"), cell: (one) => tell(one).state },
    ...figures,
    { key: "by", head: t("import.by"), cell: (one) => tell(one).by.replace(/^person:/, "") },
    { key: "when", head: t("import.when"), cell: when },
  ];
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {title}
      </Title>
      <DataTable
        list={list}
        columns={columns}
        rowKey={({ id }) => id}
        label={title}
        empty={empty}
        card={(one) => (
          <>
            {named(one)}
            <Group justify="space-between" mt={4}>
              {tell(one).state}
              {when(one)}
            </Group>
          </>
        )}
      />
    </section>
  );
}
