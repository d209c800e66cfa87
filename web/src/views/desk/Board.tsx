/** The desk as a board: a column for each part of the work, each with its own count and as many cards as one looks at. */
import { Button, Card as Frame, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { useList } from "@/api/lists";
import type { TicketState } from "@/api/schema";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";
import { asked, type DeskFilters, which } from "@/views/desk/asked";
import style from "@/views/desk/Board.module.css";
import { Card, type OnAct } from "@/views/desk/Line";

const COLUMNS = {
  open: ["new", "reported", "reopened"],
  planned: ["assessed", "planned"],
  in_progress: ["in_progress"],
  pending: ["pending"],
  resolved: ["resolved", "confirmed", "surveyed", "improvement"],
} as const satisfies Record<string, TicketState[]>;
type Name = keyof typeof COLUMNS;
const CARDS = 30;

export function Board({ filters, onAct }: { filters: DeskFilters; onAct: OnAct }) {
  const { t } = useTranslation("desk");
  const { live: _live, ...query } = which(filters);
  const { data } = ask.useQuery("get", "/api/v1/tickets/counts", { params: { query } });
  const count = (states: readonly string[]) =>
    data?.items.filter((one) => states.includes(one.state)).reduce((sum, one) => sum + one.n, 0);
  return (
    <section className={style["board"]} aria-label={t("view.board")} tabIndex={-1}>
      {(Object.keys(COLUMNS) as Name[]).map((name) => (
        <Column key={name} name={name} count={count(COLUMNS[name])} filters={filters} onAct={onAct} />
      ))}
    </section>
  );
}

interface ColumnProps {
  name: Name;
  count: number | undefined;
  filters: DeskFilters;
  onAct: OnAct;
}

function Column({ name, count, filters, onAct }: ColumnProps) {
  const { t } = useTranslation(["desk", "states"]);
  const wanted = filters.state ?? [];
  const states = COLUMNS[name].filter((state) => wanted.length === 0 || wanted.includes(state));
  const { live: _live, ...query } = asked({ ...filters, state: [...states] });
  const list = useList("/api/v1/tickets", { ...query, limit: CARDS }, states.length > 0);
  const items = states.length > 0 ? list.items : [];
  return (
    <section className={style["column"]} aria-label={t(`board.${name}`)}>
      <Title order={2} size="h6" className={style["head"] ?? ""}>
        {t(`board.${name}`)}{" "}
        <Text span c="dimmed">
          {count ?? ""}
        </Text>
      </Title>
      {list.problem && <ErrorNotice problem={list.problem} again={list.again} />}
      {list.loading && <Loading rows={3} height={90} />}
      {!list.loading && items.length === 0 && (
        <Text c="dimmed" size="sm">
          {t("board.none")}
        </Text>
      )}
      <ul className={style["cards"]}>
        {items.map((one) => (
          <li key={one.id}>
            <Frame withBorder padding="sm">
              <Card ticket={one} onAct={onAct} />
            </Frame>
          </li>
        ))}
      </ul>
      {list.more && (
        <Button variant="subtle" size="xs" onClick={list.fetchMore}>
          {t("states:more")}
        </Button>
      )}
    </section>
  );
}
