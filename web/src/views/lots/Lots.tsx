/** The lots that one may see: whose, what, and whether they may leave. */
import { Anchor, Chip, Group, Stack, Text } from "@mantine/core";
import { Package } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useList } from "@/api/lists";
import type { Lot } from "@/api/schema";
import { to } from "@/links";
import { type Column, DataTable } from "@/parts/DataTable";
import { useFilters } from "@/parts/filters";
import { useFormat } from "@/parts/format";
import { PageHead } from "@/parts/PageHead";
import { SearchField } from "@/parts/SearchField";
import { Empty } from "@/parts/states/Empty";
import { LotBadge } from "@/views/places/states";

const FILTERS = { status: "list", text: "text" } as const;
export const STATUSES = ["available", "hold", "released", "rejected"] as const;

/** Lots that fit what was asked: words of their name, key, product, customer or order. */
export function fitting(lots: Lot[], text: string, statuses: string[]): Lot[] {
  const words = text.trim().toLowerCase();
  const texts = (one: Lot) => [
    one.key,
    one.name,
    one.product,
    one.customer,
    one.order ?? "",
    one.external_number ?? "",
  ];
  return lots.filter(
    (one) =>
      (statuses.length === 0 || statuses.includes(one.status)) &&
      (!words || texts(one).some((each) => each.toLowerCase().includes(words))),
  );
}

export default function Lots() {
  const { t } = useTranslation("lots");
  const [filters, change, filtered] = useFilters(FILTERS);
  const all = useList("/api/v1/lots", {});
  const chosen = filters.status ?? [];
  const items = useMemo(
    () => fitting(all.items, filters.text ?? "", filters.status ?? []),
    [all.items, filters.text, filters.status],
  );
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
      <Stack>
        <Group gap="sm" align="flex-end" role="search" aria-label={t("filter")}>
          <SearchField
            label={t("search")}
            text={filters.text ?? ""}
            onText={(text) => change({ text: text || undefined })}
          />
          <Group gap={6} pb={4}>
            {STATUSES.map((status) => (
              <Chip
                key={status}
                size="sm"
                checked={chosen.includes(status)}
                onChange={(on) => {
                  const next = on ? [...chosen, status] : chosen.filter((each) => each !== status);
                  change({ status: next.length > 0 ? next : undefined });
                }}
              >
                {t(`status.${status}`)}
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
          // A page without a match is no end: the next one is offered, and asked for when it comes into sight.
          list={{ ...all, items }}
          columns={columns}
          rowKey={(one) => one.key}
          label={t("title")}
          empty={
            <Empty title={t(filtered ? "none_found" : "none")} icon={Package}>
              {t(filtered ? "none_found_why" : "none_why")}
            </Empty>
          }
          card={(one) => <Card lot={one} />}
        />
      </Stack>
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
