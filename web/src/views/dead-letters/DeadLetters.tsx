/** Messages that were refused: why, what to change, and the way to repair them. */
import { Anchor, Button, Group, Select, Stack, Text } from "@mantine/core";
import { MailCheck } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useList } from "@/api/lists";
import type { DeadLetterView } from "@/api/schema";
import { to } from "@/links";
import { type Column, DataTable } from "@/parts/DataTable";
import { type Kind, useFilters } from "@/parts/filters";
import { useFormat } from "@/parts/format";
import { PageHead } from "@/parts/PageHead";
import { Empty } from "@/parts/states/Empty";
import { TimeText } from "@/parts/TimeText";
import { useSession } from "@/shell/session";

const FILTERS = { gateway: "text" } as const satisfies Record<string, Kind>;

export default function DeadLetters() {
  const { t } = useTranslation("dead-letters");
  const format = useFormat();
  const [filters, change, filtered] = useFilters(FILTERS);
  const list = useList("/api/v1/dead-letters", filters);
  const columns: Column<DeadLetterView>[] = [
    { key: "reason", head: t("column.reason"), cell: (one) => <Why letter={one} /> },
    { key: "gateway", head: t("column.gateway"), cell: (one) => <From letter={one} /> },
    { key: "size", head: t("column.size"), cell: (one) => format.value(one.size_bytes, "B", 0), end: true },
    { key: "received", head: t("column.received"), cell: (one) => <TimeText at={one.received} /> },
  ];
  return (
    <>
      <PageHead title={t("title")}>{t("about")}</PageHead>
      <Stack>
        <GatewayFilter gateway={filters.gateway} change={(gateway) => change({ gateway })} />
        <DataTable
          list={list}
          columns={columns}
          rowKey={(one) => String(one.id)}
          label={t("title")}
          empty={
            <Empty
              title={t("none")}
              icon={MailCheck}
              action={
                filtered && <Button onClick={() => change({ gateway: undefined })}>{t("show_all")}</Button>
              }
            >
              {t("none_why")}
            </Empty>
          }
          card={(one) => (
            <Stack gap="xs">
              <Why letter={one} />
              <Group justify="space-between">
                <From letter={one} />
                <TimeText at={one.received} />
              </Group>
            </Stack>
          )}
        />
      </Stack>
    </>
  );
}

function GatewayFilter({
  gateway,
  change,
}: {
  gateway: string | undefined;
  change: (key: string | undefined) => void;
}) {
  const { t } = useTranslation("dead-letters");
  const { may } = useSession();
  const gateways = useList("/api/v1/gateways", { limit: 1000 }, may("registry.read"));
  const keys = new Set(gateways.items.map(({ key }) => key));
  if (gateway) keys.add(gateway);
  return (
    <Select
      label={t("column.gateway")}
      data={[...keys]}
      value={gateway ?? null}
      onChange={(value) => change(value ?? undefined)}
      searchable
      clearable
      maw={280}
    />
  );
}

/** The reason in words, where it lies, and what to change. */
function Why({ letter }: { letter: DeadLetterView }) {
  const { t } = useTranslation("dead-letters");
  return (
    <Stack gap={2} maw={640}>
      <Anchor component={Link} to={to.deadLetter(letter.id)} fw={600}>
        {letter.message}
      </Anchor>
      {letter.detail && (
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          {letter.detail}
        </Text>
      )}
      <Text size="sm" c="dimmed">
        {t("fix", { fix: letter.fix })}
      </Text>
    </Stack>
  );
}

function From({ letter }: { letter: DeadLetterView }) {
  return (
    <Stack gap={0}>
      {letter.gateway ? (
        <Anchor component={Link} to={to.gateway(letter.gateway)}>
          {letter.gateway}
        </Anchor>
      ) : (
        "–"
      )}
      <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
        {letter.topic}
      </Text>
    </Stack>
  );
}
