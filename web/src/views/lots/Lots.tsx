/** The lots that one may see: whose, what, and whether they may leave. */
import { Anchor, Group, Stack, Text } from "@mantine/core";
import { Package } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useList } from "@/api/lists";
import type { Lot } from "@/api/schema";
import { to } from "@/links";
import type { Column } from "@/parts/DataTable";
import { useFilters } from "@/parts/filters";
import { useFormat } from "@/parts/format";
import { PageHead } from "@/parts/PageHead";
import { SearchedList } from "@/parts/SearchedList";
import { Empty } from "@/parts/states/Empty";
import { LotBadge } from "@/views/places/states";

const FILTERS = { status: "list", text: "text" } as const;
export const STATUSES = ["available", "hold", "released", "rejected"] as const;

export default function Lots() {
  const { t } = useTranslation("lots");
  const [filters, change, filtered] = useFilters(FILTERS);
  const chosen = filters.status ?? [];
  const status = STATUSES.filter((each) => chosen.includes(each));
  const list = useList("/api/v1/lots", { text: filters.text ?? "", status });
  const columns: Column<Lot>[] = [
    { key: "name", head: t("name"), cell: (one) => <Named lot={one} /> },
    { key: "status", head: t("status_head"), cell: (one) => <LotBadge status={one.status} /> },
    { key: "product", head: t("product"), cell: (one) => one.product },
    { key: "customer", head: t("customer"), cell: (one) => one.customer },
    { key: "quantity", head: t("quantity"), cell: (one) => <Amount lot={one} />, end: true },
    { key: "expires", head: t("expires"), cell: (one) => <Expires lot={one} /> },
  ];
  return (
    <>
      <PageHead title={t("title")} />
      <SearchedList
        list={list}
        columns={columns}
        rowKey={(one) => one.key}
        card={(one) => <Card lot={one} />}
        names={{ list: t("title"), filter: t("filter"), search: t("search") }}
        text={filters.text ?? ""}
        onText={(text) => change({ text })}
        states={STATUSES}
        stateName={(one) => t(`status.${one}`)}
        chosen={chosen}
        onChosen={(next) => change({ status: next })}
        empty={
          <Empty title={t(filtered ? "none_found" : "none")} icon={Package}>
            {t(filtered ? "none_found_why" : "none_why")}
          </Empty>
        }
      />
    </>
  );
}

function Named({ lot }: { lot: Lot }) {
  return (
    <Stack gap={0} miw={0}>
      <Anchor component={Link} to={to.lot(lot.key)} fw={600}>
        {lot.name || lot.key}
      </Anchor>
      <Text size="xs" c="dimmed">
        {[lot.name ? lot.key : null, lot.external_number].filter(Boolean).join(" · ")}
      </Text>
    </Stack>
  );
}

function Amount({ lot: { quantity, unit } }: { lot: Lot }) {
  const format = useFormat();
  return quantity === null ? "–" : format.value(Number(quantity), unit, 3);
}

function Expires({ lot: { expires } }: { lot: Lot }) {
  const format = useFormat();
  return expires ? format.day(expires) : "–";
}

function Card({ lot }: { lot: Lot }) {
  return (
    <Stack gap={6}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Named lot={lot} />
        <LotBadge status={lot.status} />
      </Group>
      <Group justify="space-between">
        <Text size="sm">{lot.product}</Text>
        <Text size="sm" c="dimmed">
          {lot.customer}
        </Text>
      </Group>
    </Stack>
  );
}
