/** The desk: the open work, what has to be done first on top, as a list or as a board. */
import { Button, Checkbox, Group, SegmentedControl, Stack } from "@mantine/core";
import { Columns3, ListChecks, List as ListIcon, Plus } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type List, useList } from "@/api/lists";
import type { TicketView } from "@/api/schema";
import { to } from "@/links";
import { PriorityBadge, StateBadge } from "@/parts/badges";
import { type Column, DataTable } from "@/parts/DataTable";
import { useFilters } from "@/parts/filters";
import { PageHead } from "@/parts/PageHead";
import { Empty } from "@/parts/states/Empty";
import { TimeText } from "@/parts/TimeText";
import { useSession } from "@/shell/session";
import { worksHere } from "@/views/desk/acts";
import { asked, FILTERS } from "@/views/desk/asked";
import { Board } from "@/views/desk/Board";
import { BulkBar } from "@/views/desk/BulkBar";
import { BulkDialog, type Doing } from "@/views/desk/BulkDialog";
import { Counts } from "@/views/desk/Counts";
import { DeskFilters } from "@/views/desk/DeskFilters";
import { Assignee, Card, Due, Named, type OnAct, Pick, Quick } from "@/views/desk/Line";
import { type Picked, usePicked } from "@/views/desk/picked";
import { atOnce } from "@/views/ticket/acts/table";
import { perform, refreshAll, useLife, useMeanwhile } from "@/views/ticket/asking";

const NO_FILTERS = Object.fromEntries(Object.keys(FILTERS).map((name) => [name, undefined]));

export default function Desk() {
  const { t } = useTranslation(["desk", "ticket"]);
  const session = useSession();
  const [filters, change, filtered] = useFilters(FILTERS);
  const board = filters.view === "board";
  const list = useList("/api/v1/tickets", asked(filters), !board);
  const picked = usePicked(list.items);
  const [doing, begin] = useState<Doing>();
  const life = useLife();
  const meanwhile = useMeanwhile();
  const onAct: OnAct = async (act, tickets) => {
    const [one] = tickets;
    if (!one || tickets.length > 1 || !atOnce(act, life.needsReason(act))) return begin({ act, tickets });
    try {
      await perform(one, { act }, meanwhile);
      await refreshAll();
    } catch (problem) {
      begin({ act, tickets, problem });
    }
  };
  const nothing = filtered ? (
    <Empty
      title={t("none_found")}
      action={<Button onClick={() => change(NO_FILTERS)}>{t("show_all")}</Button>}
    >
      {t("none_found_why")}
    </Empty>
  ) : (
    <Empty title={t("none")} icon={ListChecks}>
      {t("none_why")}
    </Empty>
  );
  return (
    <>
      <PageHead
        title={t("title")}
        actions={<Actions board={board} onBoard={(on) => change({ view: on ? "board" : undefined })} />}
      >
        <Counts filters={filters} />
      </PageHead>
      <Stack>
        <DeskFilters filters={filters} change={change} />
        {board ? (
          <Board filters={filters} onAct={onAct} />
        ) : (
          <>
            <BulkBar picked={picked} onAct={onAct} />
            <Lines
              list={list}
              picked={worksHere(session) ? picked : undefined}
              onAct={onAct}
              empty={nothing}
            />
          </>
        )}
      </Stack>
      {doing && <BulkDialog doing={doing} onClose={() => begin(undefined)} onDone={picked.none} />}
    </>
  );
}

interface LinesProps {
  list: List<TicketView>;
  picked: Picked | undefined;
  onAct: OnAct;
  empty: ReactNode;
}

function Lines({ list, picked, onAct, empty }: LinesProps) {
  const { t } = useTranslation(["desk", "words"]);
  const columns: Column<TicketView>[] = [
    { key: "priority", head: t("column.priority"), cell: (one) => <PriorityBadge priority={one.priority} /> },
    { key: "title", head: t("column.title"), cell: (one) => <Named ticket={one} /> },
    { key: "state", head: t("column.state"), cell: (one) => <StateBadge state={one.state} /> },
    { key: "deadline", head: t("column.deadline"), whole: true, cell: (one) => <Due ticket={one} /> },
    { key: "place", head: t("column.place"), whole: true, cell: (one) => one.zone ?? one.site ?? "–" },
    { key: "assignee", head: t("column.assignee"), whole: true, cell: (one) => <Assignee ticket={one} /> },
    { key: "since", head: t("column.opened"), whole: true, cell: (one) => <TimeText at={one.opened_at} /> },
  ];
  if (picked) {
    columns.unshift({
      key: "pick",
      head: <PickAll list={list} picked={picked} />,
      cell: (one) => <Pick ticket={one} picked={picked} />,
    });
    columns.push({ key: "act", head: t("column.act"), cell: (one) => <Quick ticket={one} onAct={onAct} /> });
  }
  return (
    <DataTable
      list={list}
      columns={columns}
      rowKey={(one) => one.id}
      label={t("title")}
      empty={empty}
      card={(one) => <Card ticket={one} onAct={onAct} picked={picked} />}
    />
  );
}

function PickAll({ list, picked }: { list: List<TicketView>; picked: Picked }) {
  const { t } = useTranslation("desk");
  const n = picked.tickets.length;
  return (
    <Checkbox
      checked={n > 0 && n === list.items.length}
      indeterminate={n > 0 && n < list.items.length}
      onChange={() => (n > 0 ? picked.none() : picked.all())}
      aria-label={t("bulk.pick_all")}
    />
  );
}

function Actions({ board, onBoard }: { board: boolean; onBoard: (on: boolean) => void }) {
  const { t } = useTranslation("desk");
  const session = useSession();
  const face = (name: "list" | "board", Icon: typeof ListIcon) => ({
    value: name,
    label: (
      <Group gap={6} wrap="nowrap">
        <Icon aria-hidden size={16} />
        {t(`view.${name}`)}
      </Group>
    ),
  });
  return (
    <>
      <SegmentedControl
        value={board ? "board" : "list"}
        onChange={(value) => onBoard(value === "board")}
        aria-label={t("view.title")}
        data={[face("list", ListIcon), face("board", Columns3)]}
      />
      {session.may("tickets.open") && (
        <Button component={Link} to={to.newTicket()} leftSection={<Plus aria-hidden size={16} />}>
          {t("open")}
        </Button>
      )}
    </>
  );
}
