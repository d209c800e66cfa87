/** What changed since one last looked here; it stays until one says that one has seen it. */
import { Anchor, Button, Card, Group, Text, Title } from "@mantine/core";
import { CheckCheck } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { ask } from "@/api/client";
import { useList } from "@/api/lists";
import { to } from "@/links";
import { PriorityBadge } from "@/parts/badges";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";
import { TimeText } from "@/parts/TimeText";
import { useSession } from "@/shell/session";
import { useLooked } from "@/views/now/looked";
import style from "./Now.module.css";

const PAGE = 8;
const DIGITS = 6;

/** A ticket's number as it is written everywhere. */
function written(ticket: number): string {
  return `KW-${String(ticket).padStart(DIGITS, "0")}`;
}

export function Changed() {
  const { t } = useTranslation("now");
  const { name } = useSession();
  const [looked, look] = useLooked(name);
  const query = { after: looked ?? 0, limit: PAGE };
  const list = useList("/api/v1/changes", query);
  const newest = ask.useQuery("get", "/api/v1/changes", { params: { query: { ...query, limit: 1 } } }).data
    ?.newest;
  const seen = () => newest !== undefined && look(newest);
  return (
    <Card withBorder padding="md" component="section" aria-label={t("changed.title")}>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          {looked === undefined ? t("changed.lately") : t("changed.title")}
        </Title>
        {list.items.length > 0 && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<CheckCheck aria-hidden size={16} />}
            onClick={seen}
          >
            {t("changed.seen")}
          </Button>
        )}
      </Group>
      {list.loading && <Loading rows={3} height={24} />}
      {list.problem && list.items.length === 0 && <ErrorNotice problem={list.problem} again={list.again} />}
      {!list.loading && !list.problem && list.items.length === 0 && (
        <Text c="dimmed">{t("changed.nothing")}</Text>
      )}
      <ul className={style["changes"]}>
        {list.items.map((one) => (
          <li key={one.sequence}>
            <Group gap="xs" wrap="nowrap" align="baseline">
              <PriorityBadge priority={one.priority} />
              <Anchor component={Link} to={to.ticket(written(one.ticket))} size="sm">
                {one.sentence}
              </Anchor>
            </Group>
            <Text size="xs" c="dimmed">
              <TimeText at={one.time} />
            </Text>
          </li>
        ))}
      </ul>
      {list.more && (
        <Button variant="subtle" size="compact-sm" mt="xs" onClick={list.fetchMore}>
          {t("changed.more")}
        </Button>
      )}
    </Card>
  );
}
