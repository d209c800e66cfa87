/** The shipments that one may see: from where to where, how far, and how late. */
import { Anchor, Group, Stack, Text } from "@mantine/core";
import { Truck } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useList } from "@/api/lists";
import type { Shipment } from "@/api/schema";
import { to } from "@/links";
import type { Column } from "@/parts/DataTable";
import { useFilters } from "@/parts/filters";
import { PageHead } from "@/parts/PageHead";
import { SearchedList } from "@/parts/SearchedList";
import { Empty } from "@/parts/states/Empty";
import { TimeText } from "@/parts/TimeText";
import { StageBadge } from "@/views/places/states";

const FILTERS = { stage: "list", text: "text" } as const;
const STAGES = ["planned", "loading", "transport", "arrived"] as const;

export default function Shipments() {
  const { t } = useTranslation("shipments");
  const [filters, change, filtered] = useFilters(FILTERS);
  const chosen = filters.stage ?? [];
  const stage = STAGES.filter((each) => chosen.includes(each));
  const list = useList("/api/v1/shipments", { text: filters.text ?? "", stage });
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
      <SearchedList
        list={list}
        columns={columns}
        rowKey={(one) => one.key}
        card={(one) => <Card shipment={one} />}
        names={{ list: t("title"), filter: t("filter"), search: t("search") }}
        text={filters.text ?? ""}
        onText={(text) => change({ text })}
        states={STAGES}
        stateName={(one) => t(`stage.${one}`)}
        chosen={chosen}
        onChosen={(next) => change({ stage: next })}
        empty={
          <Empty title={t(filtered ? "none_found" : "none")} icon={Truck}>
            {t(filtered ? "none_found_why" : "none_why")}
          </Empty>
        }
      />
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
