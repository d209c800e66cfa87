/** A list of things that are made and guarded here: their table, how one is added, and a secret that is shown once. */
import { Button, Stack } from "@mantine/core";
import { type LucideIcon, Plus } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { List } from "@/api/lists";
import { type Column, DataTable } from "@/parts/DataTable";
import { PageHead } from "@/parts/PageHead";
import { Empty } from "@/parts/states/Empty";

export type Tool = "users" | "keys" | "webhooks" | "hooks" | "placements" | "mappings";

interface Props<One> {
  tool: Tool;
  list: List<One>;
  columns: Column<One>[];
  rowKey: (one: One) => string;
  card: (one: One) => ReactNode;
  /** What the button says; without it nothing is added here. */
  act?: string | undefined;
  icon?: LucideIcon;
  onAct?: () => void;
  /** Between head and table. */
  above?: ReactNode;
  /** Dialogs. */
  children?: ReactNode;
}

export function Listing<One>(props: Props<One>) {
  const { tool, list, columns, rowKey, card, act, icon: Icon = Plus, onAct, above, children } = props;
  const { t } = useTranslation("setup");
  return (
    <>
      <PageHead
        title={t(`tool.${tool}`)}
        actions={
          act && (
            <Button leftSection={<Icon aria-hidden size={16} />} onClick={onAct}>
              {act}
            </Button>
          )
        }
      >
        {t(`listing.what.${tool}`)}
      </PageHead>
      <Stack>
        {above}
        <DataTable
          list={list}
          columns={columns}
          rowKey={rowKey}
          label={t(`tool.${tool}`)}
          empty={<Empty title={t(`listing.none.${tool}`)}>{t(`listing.none_why.${tool}`)}</Empty>}
          card={card}
        />
      </Stack>
      {children}
    </>
  );
}
