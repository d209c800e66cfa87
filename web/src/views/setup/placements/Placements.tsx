/** Where devices and lots are and were: placing one, ending or correcting a stay, taking back what never was. */
import { Anchor, Button, Group, Stack, Switch, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, ifMatch } from "@/api/client";
import { useList } from "@/api/lists";
import { queries } from "@/api/queries";
import type { PlacementView } from "@/api/schema";
import { to } from "@/links";
import { ConfirmWithReason } from "@/parts/ConfirmWithReason";
import type { Column } from "@/parts/DataTable";
import { useFilters } from "@/parts/filters";
import { Reference } from "@/parts/Reference";
import { TimeText } from "@/parts/TimeText";
import { useSession } from "@/shell/session";
import { Listing } from "@/views/setup/Listing";
import { localOf } from "@/views/setup/lists/values";
import { PlacementForm } from "@/views/setup/placements/PlacementForm";

const FILTERS = { subject: "text", place: "text", over: "flag" } as const;
const PATH = "/api/v1/placements";

export default function Placements() {
  const { t } = useTranslation("setup");
  const { may } = useSession();
  const write = may("registry.write");
  const [{ subject, place, over }] = useFilters(FILTERS);
  // Once: a moment of its own at every drawing would ask anew each time.
  const [now] = useState(() => new Date().toISOString());
  const query = { ...(subject && { subject }), ...(place && { place }), ...(over ? {} : { at: now }) };
  const list = useList(PATH, query);
  const [form, open] = useState<PlacementView | "new" | null>(null);
  const [removing, askRemove] = useState<PlacementView | null>(null);
  const again = () => queries.invalidateQueries({ queryKey: ["list", PATH] });
  const acts = (one: PlacementView) =>
    write && (
      <Group gap="xs" justify="flex-end">
        <Button size="compact-sm" variant="default" onClick={() => open(one)}>
          {t("placements.correct")}
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => askRemove(one)}>
          {t("placements.never")}
        </Button>
      </Group>
    );
  const columns: Column<PlacementView>[] = [
    { key: "subject", head: t("placements.subject"), cell: (one) => <Subject one={one} /> },
    { key: "place", head: t("placements.place"), cell: (one) => <Place one={one} /> },
    { key: "from", head: t("placements.from"), cell: (one) => <From one={one} /> },
    { key: "to", head: t("placements.to"), cell: (one) => <Until one={one} /> },
    { key: "by", head: t("import.by"), cell: (one) => one.set_by.replace(/^person:/, "") },
    { key: "acts", head: "", cell: acts, end: true },
  ];
  return (
    <Listing
      tool="placements"
      list={list}
      columns={columns}
      rowKey={(one) => one.id}
      act={write ? t("placements.add") : undefined}
      onAct={() => open("new")}
      above={<Which />}
      card={(one) => (
        <Stack gap={4}>
          <Group justify="space-between">
            <Subject one={one} />
            <Place one={one} />
          </Group>
          <Text size="sm" c="dimmed" component="div">
            <From one={one} /> – <Until one={one} />
          </Text>
          {acts(one)}
        </Stack>
      )}
    >
      {form && (
        <PlacementForm
          kept={form === "new" ? null : form}
          given={{ subject: subject ?? null, place: place ?? null }}
          onClose={() => open(null)}
          onSaved={() => {
            open(null);
            void again();
          }}
        />
      )}
      <ConfirmWithReason
        opened={removing !== null}
        title={t("placements.never_title", {
          subject: removing?.subject ?? "",
          place: removing?.place ?? "",
        })}
        act={t("placements.never")}
        danger
        reason="optional"
        onConfirm={async (reason) => {
          if (!removing) return;
          const query = reason ? { reason } : {};
          const params = { path: { id: removing.id }, query, header: ifMatch(removing.version) };
          await api.DELETE("/api/v1/placements/{id}", { params });
          await again();
        }}
        onClose={() => askRemove(null)}
      >
        {t("placements.never_what")}
      </ConfirmWithReason>
    </Listing>
  );
}

/** Of which device or lot, in which zone, and whether those that are over count. */
function Which() {
  const { t } = useTranslation("setup");
  const [{ subject, place, over }, filter] = useFilters(FILTERS);
  return (
    <Group align="flex-end">
      <Reference
        label={t("placements.device")}
        path="/api/v1/devices"
        value={subject ?? null}
        onChange={(key) => filter({ subject: key ?? undefined })}
      />
      <Reference
        label={t("placements.zone")}
        path="/api/v1/zones"
        value={place ?? null}
        onChange={(key) => filter({ place: key ?? undefined })}
      />
      <Switch
        pb={8}
        label={t("placements.over")}
        checked={over ?? false}
        onChange={(event) => filter({ over: event.currentTarget.checked || undefined })}
      />
    </Group>
  );
}

function Subject({ one }: { one: PlacementView }) {
  const { t } = useTranslation("setup");
  const address = one.subject_kind === "lot" ? to.lot(one.subject) : to.device(one.subject);
  return (
    <Stack gap={0}>
      <Anchor component={Link} to={address} fw={600}>
        {one.subject}
      </Anchor>
      <Text size="xs" c="dimmed">
        {t(`placements.kind.${one.subject_kind}`, one.subject_kind)}
      </Text>
    </Stack>
  );
}

const ADDRESSES: Record<string, (key: string) => string> = {
  zone: to.zone,
  shipment: to.shipment,
  equipment: (key) => to.listed("equipment", key),
};

function Place({ one }: { one: PlacementView }) {
  const { t } = useTranslation("setup");
  return (
    <Stack gap={0}>
      <Anchor component={Link} to={(ADDRESSES[one.place_kind] ?? to.zone)(one.place)}>
        {one.place}
      </Anchor>
      <Text size="xs" c="dimmed">
        {t(`placements.kind.${one.place_kind}`, one.place_kind)}
      </Text>
    </Stack>
  );
}

function From({ one }: { one: PlacementView }) {
  const { t } = useTranslation("setup");
  return localOf(one.valid_from) ? <TimeText at={one.valid_from} show="absolute" /> : t("placements.ever");
}

function Until({ one }: { one: PlacementView }) {
  const { t } = useTranslation("setup");
  return one.valid_to ? <TimeText at={one.valid_to} show="absolute" /> : t("placements.still");
}
