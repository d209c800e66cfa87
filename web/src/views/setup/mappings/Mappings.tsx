/** Mappings of gateways that speak a language of their own: ours, and the ready-made ones to begin with. */
import { Anchor, Button, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { ask } from "@/api/client";
import { useList } from "@/api/lists";
import type { MappingView, ReadyView } from "@/api/schema";
import { to } from "@/links";
import { Badge, type Tone } from "@/parts/Badge";
import type { Column } from "@/parts/DataTable";
import { useFormat } from "@/parts/format";
import { useSession } from "@/shell/session";
import { Listing } from "@/views/setup/Listing";
import { NEW } from "@/views/setup/lists/ObjectView";

const TONES: Record<string, Tone> = { active: "good", draft: "info", off: "quiet" };

export default function Mappings() {
  const { t } = useTranslation("setup");
  const { may } = useSession();
  const go = useNavigate();
  const format = useFormat();
  const list = useList("/api/v1/mappings", {} as never);
  const write = may("mappings.write");
  const columns: Column<MappingView>[] = [
    { key: "key", head: t("key"), cell: (one) => <Named mapping={one} /> },
    { key: "state", head: t("users.state_head"), cell: (one) => <MappingState state={one.state} /> },
    {
      key: "active",
      head: t("mappings.active"),
      cell: (one) => (one.active ? format.number(one.active) : "–"),
      end: true,
    },
    { key: "latest", head: t("mappings.latest"), cell: (one) => format.number(one.latest), end: true },
  ];
  return (
    <Listing
      tool="mappings"
      list={list}
      columns={columns}
      rowKey={(one) => one.key}
      act={write ? t("mappings.new") : undefined}
      onAct={() => void go(to.mapping(NEW))}
      card={(one) => (
        <Group justify="space-between">
          <Named mapping={one} />
          <MappingState state={one.state} />
        </Group>
      )}
    >
      <ReadyMade write={write} />
    </Listing>
  );
}

/** Whether messages are read by it. */
export function MappingState({ state }: { state: string }) {
  const { t } = useTranslation("setup");
  return <Badge tone={TONES[state] ?? "quiet"}>{t(`mappings.state.${state}`, state)}</Badge>;
}

function Named({ mapping }: { mapping: MappingView }) {
  return (
    <Anchor component={Link} to={to.mapping(mapping.key)} fw={600}>
      {mapping.key}
    </Anchor>
  );
}

function ReadyMade({ write }: { write: boolean }) {
  const { t } = useTranslation("setup");
  const { data } = ask.useQuery("get", "/api/v1/mappings/ready");
  if (!data || data.items.length === 0) return null;
  return (
    <Stack gap="xs" mt="xl" component="section">
      <Title order={2} size="h4">
        {t("mappings.ready")}
      </Title>
      <Text size="sm" c="dimmed">
        {t("mappings.ready_what")}
      </Text>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        {data.items.map((one) => (
          <Ready key={one.key} ready={one} write={write} />
        ))}
      </SimpleGrid>
    </Stack>
  );
}

function Ready({ ready, write }: { ready: ReadyView; write: boolean }) {
  const { t } = useTranslation("setup");
  return (
    <Stack gap={4} align="flex-start">
      <Text fw={600}>{ready.title}</Text>
      {ready.note && (
        <Text size="sm" c="dimmed">
          {ready.note}
        </Text>
      )}
      {write && (
        <Button
          component={Link}
          to={`${to.mapping(NEW)}?from=${encodeURIComponent(ready.key)}`}
          size="compact-sm"
          variant="default"
          aria-label={t("mappings.use_of", { title: ready.title })}
        >
          {t("mappings.use")}
        </Button>
      )}
    </Stack>
  );
}
