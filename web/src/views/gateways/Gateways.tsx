/** All gateways that are expected or were seen: what needs work first, with what to do. */
import { Anchor, Button, Chip, Group, Stack, Text } from "@mantine/core";
import { useInterval } from "@mantine/hooks";
import { Router } from "lucide-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useList } from "@/api/lists";
import type { Gateway, Sighted, SightingView } from "@/api/schema";
import { to } from "@/links";
import { type Column, DataTable } from "@/parts/DataTable";
import { type Kind, useFilters } from "@/parts/filters";
import { useFormat } from "@/parts/format";
import { PageHead } from "@/parts/PageHead";
import { Empty } from "@/parts/states/Empty";
import { TimeText } from "@/parts/TimeText";
import { useSession } from "@/shell/session";
import { CredentialBadge, OnlineBadge, SightedBadge } from "@/views/gateways/GatewayBadges";

const FILTERS = { state: "list" } as const satisfies Record<string, Kind>;
/** Nothing is changed when somebody speaks, so that nobody tells of it. */
const AGAIN_MS = 5_000;
const STATES: Sighted[] = ["never_seen", "unknown", "refused", "silent", "seen", "idle"];

export default function Gateways() {
  const { t } = useTranslation("gateways");
  const { may } = useSession();
  return (
    <>
      <PageHead
        title={t("title")}
        actions={
          may("dead_letters.read") && (
            <Button variant="default" component={Link} to={to.deadLetters()}>
              {t("dead_letters")}
            </Button>
          )
        }
      >
        {t("about")}
      </PageHead>
      {may("gateways.sightings") ? <Sightings /> : <Registered />}
    </>
  );
}

function Sightings() {
  const { t } = useTranslation("gateways");
  const format = useFormat();
  const [filters, change, filtered] = useFilters(FILTERS);
  const list = useList("/api/v1/gateways/sightings", filters as { state?: Sighted[] });
  const again = useRef(list.again);
  again.current = list.again;
  useInterval(() => document.hidden || again.current(), AGAIN_MS, { autoInvoke: true });
  const columns: Column<SightingView>[] = [
    {
      key: "gateway",
      head: t("column.gateway"),
      cell: (one) => <Named gateway={one.gateway} advice={one.advice} />,
    },
    { key: "state", head: t("column.state"), cell: (one) => <Standing one={one} /> },
    {
      key: "credential",
      head: t("column.credential"),
      cell: (one) => <CredentialBadge credential={one.credential} />,
    },
    { key: "devices", head: t("column.devices"), cell: (one) => format.number(one.devices, 0), end: true },
    {
      key: "messages",
      head: t("column.messages"),
      cell: (one) => format.number(one.messages_24h, 0),
      end: true,
    },
    {
      key: "last",
      head: t("column.last"),
      cell: (one) => (one.last_seen ? <TimeText at={one.last_seen} /> : "–"),
    },
  ];
  return (
    <Stack>
      <Chip.Group
        multiple
        value={filters.state ?? []}
        onChange={(state) => change({ state: state.length ? state : undefined })}
      >
        <Group gap={6} role="search" aria-label={t("filter")}>
          {STATES.map((state) => (
            <Chip key={state} value={state} size="sm">
              {t(`state.${state}`)}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <DataTable
        list={list}
        columns={columns}
        rowKey={(one) => one.gateway}
        label={t("title")}
        empty={
          <Empty
            title={filtered ? t("none_found") : t("none")}
            icon={Router}
            action={filtered && <Button onClick={() => change({ state: undefined })}>{t("show_all")}</Button>}
          >
            {filtered ? t("none_found_why") : t("none_why")}
          </Empty>
        }
        card={(one) => (
          <Stack gap="xs">
            <Standing one={one} />
            <Named gateway={one.gateway} advice={one.advice} />
            <Group justify="space-between">
              <CredentialBadge credential={one.credential} />
              {one.last_seen && <TimeText at={one.last_seen} />}
            </Group>
          </Stack>
        )}
      />
    </Stack>
  );
}

/** For who may not see what comes to the broker: what is registered. */
function Registered() {
  const { t } = useTranslation("gateways");
  const list = useList("/api/v1/gateways", {});
  const columns: Column<Gateway>[] = [
    {
      key: "gateway",
      head: t("column.gateway"),
      cell: (one) => <Named gateway={one.key} advice={one.name ?? ""} />,
    },
    { key: "site", head: t("column.site"), cell: (one) => one.site ?? "–" },
    { key: "model", head: t("column.model"), cell: (one) => one.model || "–" },
  ];
  return (
    <DataTable
      list={list}
      columns={columns}
      rowKey={(one) => one.key}
      label={t("title")}
      empty={
        <Empty title={t("none")} icon={Router}>
          {t("none_why")}
        </Empty>
      }
      card={(one) => <Named gateway={one.key} advice={[one.name, one.site].filter(Boolean).join(" · ")} />}
    />
  );
}

function Named({ gateway, advice }: { gateway: string; advice: string }) {
  const { t } = useTranslation("gateways");
  return (
    <Stack gap={0}>
      {gateway ? (
        <Anchor component={Link} to={to.gateway(gateway)} fw={600}>
          {gateway}
        </Anchor>
      ) : (
        <Text fw={600}>{t("nameless")}</Text>
      )}
      <Text size="sm" c="dimmed" maw={520}>
        {advice}
      </Text>
    </Stack>
  );
}

function Standing({ one }: { one: SightingView }) {
  return (
    <Group gap={4}>
      <SightedBadge state={one.state} />
      <OnlineBadge online={one.online} />
    </Group>
  );
}
