/** The shipments that one may see: from where to where, how far, and how late. */
import { Anchor, Chip, Group, Stack, Text } from "@mantine/core";
import { Truck } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useList } from "@/api/lists";
import type { Shipment } from "@/api/schema";
import { to } from "@/links";
import { type Column, DataTable } from "@/parts/DataTable";
import { useFilters } from "@/parts/filters";
import { PageHead } from "@/parts/PageHead";
import { SearchField } from "@/parts/SearchField";
import { Empty } from "@/parts/states/Empty";
import { TimeText } from "@/parts/TimeText";
import { StageBadge } from "@/views/places/states";

const FILTERS = { stage: "list", text: "text" } as const;
const STAGES = ["planned", "loading", "transport", "arrived"] as const;

/** Shipments that fit: words of their name, key, way, vehicle or order. */
export function fitting(all: Shipment[], text: string, stages: string[]): Shipment[] {
  const words = text.trim().toLowerCase();
  const texts = (one: Shipment) =>
    [one.key, one.name, one.origin, one.destination, one.vehicle, one.order, one.external_number].map(
      (each) => each ?? "",
    );
  return all.filter(
    (one) =>
      (stages.length === 0 || stages.includes(one.stage)) &&
      (!words || texts(one).some((each) => each.toLowerCase().includes(words))),
  );
}

export default function Shipments() {
  const { t } = useTranslation("shipments");
  const [filters, change, filtered] = useFilters(FILTERS);
  const all = useList("/api/v1/shipments", {});
  const chosen = filters.stage ?? [];
  const items = useMemo(
    () => fitting(all.items, filters.text ?? "", filters.stage ?? []),
    [all.items, filters.text, filters.stage],
  );
  const columns: Column<Shipment>[] = [
    { key: "name", head: t("name"), cell: (one) => <Named shipment={one} /> },
    { key: "stage", head: t("stage_head"), cell: (one) => <StageBadge stage={one.stage} /> },
    { key: "way", head: t("way"), cell: (one) => <FromTo shipment={one} /> },
    { key: "vehicle", head: t("vehicle"), cell: (one) => one.vehicle || "–" },
    {
      key: "departed",
      head: t("departed"),
      cell: (one) => <At at={one.departed ?? one.expected_departure} />,
    },
    { key: "arrived", head: t("arrives"), cell: (one) => <At at={one.arrived ?? one.expected_arrival} /> },
  ];
  return (
    <>
      <PageHead title={t("title")} />
      <Stack>
        <Group gap="sm" align="flex-end" role="search" aria-label={t("filter")}>
          <SearchField
            label={t("search")}
            text={filters.text ?? ""}
            onText={(text) => change({ text: text || undefined })}
          />
          <Group gap={6} pb={4}>
            {STAGES.map((stage) => (
              <Chip
                key={stage}
                size="sm"
                checked={chosen.includes(stage)}
                onChange={(on) => {
                  const next = on ? [...chosen, stage] : chosen.filter((each) => each !== stage);
                  change({ stage: next.length > 0 ? next : undefined });
                }}
              >
                {t(`stage.${stage}`)}
              </Chip>
            ))}
          </Group>
        </Group>
        {all.more && filtered && (
          <Text size="sm" c="dimmed">
            {t("searched", { count: all.items.length })}
          </Text>
        )}
        <DataTable
          list={{ ...all, items }}
          columns={columns}
          rowKey={(one) => one.key}
          label={t("title")}
          empty={
            <Empty title={t(filtered ? "none_found" : "none")} icon={Truck}>
              {t(filtered ? "none_found_why" : "none_why")}
            </Empty>
          }
          card={(one) => <Card shipment={one} />}
        />
      </Stack>
    </>
  );
}

function Named({ shipment }: { shipment: Shipment }) {
  return (
    <Stack gap={0} miw={0}>
      <Anchor component={Link} to={to.shipment(shipment.key)} fw={600}>
        {shipment.name || shipment.key}
      </Anchor>
      <Text size="xs" c="dimmed">
        {[shipment.name ? shipment.key : null, shipment.external_number].filter(Boolean).join(" · ")}
      </Text>
    </Stack>
  );
}

function FromTo({ shipment: { origin, destination } }: { shipment: Shipment }) {
  return `${origin ?? "–"} → ${destination ?? "–"}`;
}

function At({ at }: { at: string | null | undefined }) {
  return at ? <TimeText at={at} show="absolute" /> : "–";
}

function Card({ shipment }: { shipment: Shipment }) {
  return (
    <Stack gap={6}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Named shipment={shipment} />
        <StageBadge stage={shipment.stage} />
      </Group>
      <Group justify="space-between">
        <Text size="sm">
          <FromTo shipment={shipment} />
        </Text>
        <Text size="sm" c="dimmed" component="div">
          <At at={shipment.arrived ?? shipment.expected_arrival} />
        </Text>
      </Group>
    </Stack>
  );
}
