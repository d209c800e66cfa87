/** A customer's own affairs: how the goods are, what is on its way, and the tickets about them. */
import { Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { Megaphone, PackageOpen } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type List, useList } from "@/api/lists";
import type { Lot, Shipment, TicketView } from "@/api/schema";
import { to } from "@/links";
import { useFormat } from "@/parts/format";
import { PageHead } from "@/parts/PageHead";
import { Empty } from "@/parts/states/Empty";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";
import { TimeText } from "@/parts/TimeText";
import style from "@/views/mine/Mine.module.css";
import { Line } from "@/views/own/Line";
import { LotBadge, ShipmentBadge, TroubleBadge } from "@/views/own/standing";
import { TicketLine } from "@/views/own/TicketLine";
import { Section } from "@/views/ticket/Section";

const SHOWN = 50;

/** The open tickets in which a lot, or a place, is named; the most urgent first. */
function troubles(tickets: TicketView[]): Map<string, TicketView> {
  const found = new Map<string, TicketView>();
  const name = (key: string, one: TicketView) => {
    if (!found.has(key)) found.set(key, one);
  };
  for (const one of tickets) {
    for (const lot of one.lots) name(`lot:${lot}`, one);
    if (one.zone) name(`zone:${one.zone}`, one);
  }
  return found;
}

export default function Own() {
  const { t } = useTranslation("own");
  const lots = useList("/api/v1/lots", { limit: SHOWN });
  const shipments = useList("/api/v1/shipments", { limit: SHOWN });
  const live = useList("/api/v1/tickets", { live: true, sort: "deadline", limit: SHOWN });
  const done = useList("/api/v1/tickets", { live: false, sort: "newest", limit: SHOWN });
  const trouble = useMemo(() => troubles(live.items), [live.items]);
  const report = (
    <Button component={Link} to={to.ownReport()} size="md" leftSection={<Megaphone aria-hidden size={18} />}>
      {t("report.open")}
    </Button>
  );
  return (
    <>
      <PageHead title={t("title")} actions={report}>
        {t("what")}
      </PageHead>
      <Stack>
        <Part
          title={t("goods.title")}
          list={lots}
          empty={<Empty title={t("goods.none")} icon={PackageOpen} />}
        >
          {(lot) => <LotLine key={lot.key} lot={lot} ticket={trouble.get(`lot:${lot.key}`)} />}
        </Part>
        {shipments.items.length > 0 && (
          <Part title={t("shipments.title")} list={shipments} empty={null}>
            {(one) => (
              <ShipmentLine
                key={one.key}
                shipment={one}
                ticket={one.zone ? trouble.get(`zone:${one.zone}`) : undefined}
              />
            )}
          </Part>
        )}
        <Part title={t("tickets.open")} list={live} empty={<Text c="dimmed">{t("tickets.none")}</Text>}>
          {(one) => <TicketLine key={one.number} ticket={one} />}
        </Part>
        {done.items.length > 0 && (
          <Part title={t("tickets.done")} list={done} empty={null}>
            {(one) => <TicketLine key={one.number} ticket={one} />}
          </Part>
        )}
      </Stack>
    </>
  );
}

interface PartProps<One> {
  title: string;
  list: List<One>;
  empty: ReactNode;
  children: (one: One) => ReactNode;
}

/** One list with every state that it can be in. */
function Part<One>({ title, list, empty, children }: PartProps<One>) {
  const { t } = useTranslation("own");
  return (
    <Section title={title}>
      {list.loading && <Loading rows={3} />}
      {list.problem && <ErrorNotice problem={list.problem} again={list.again} />}
      {!list.loading && !list.problem && list.items.length === 0 && empty}
      <ul className={style["list"]} aria-label={title}>
        {list.items.map(children)}
      </ul>
      {list.more && (
        <Button variant="default" mt="sm" onClick={list.fetchMore}>
          {t("more")}
        </Button>
      )}
    </Section>
  );
}

function LotLine({ lot, ticket }: { lot: Lot; ticket: TicketView | undefined }) {
  const { t } = useTranslation("own");
  const format = useFormat();
  const amount = lot.quantity === null ? "" : format.value(Number(lot.quantity), lot.unit, 3);
  return (
    <Line
      head={
        <Anchor component={Link} to={to.lot(lot.key)} fw={600}>
          {lot.name || lot.key}
        </Anchor>
      }
      badges={
        <>
          <TroubleBadge ticket={ticket} />
          <LotBadge status={lot.status} />
        </>
      }
      foot={
        <Anchor component={Link} to={to.ownReport(`lot:${lot.key}`)} size="sm">
          {t("report.about")}
        </Anchor>
      }
    >
      {[lot.key, lot.product, amount].filter(Boolean).join(" · ")}
    </Line>
  );
}

function ShipmentLine({ shipment, ticket }: { shipment: Shipment; ticket: TicketView | undefined }) {
  const { t } = useTranslation("own");
  const { arrived, expected_arrival: expected } = shipment;
  const at = arrived ?? expected;
  return (
    <Line
      head={
        <Anchor component={Link} to={to.shipment(shipment.key)} fw={600}>
          {shipment.name || shipment.key}
        </Anchor>
      }
      badges={
        <>
          <TroubleBadge ticket={ticket} />
          <ShipmentBadge stage={shipment.stage} />
        </>
      }
      foot={
        <Anchor component={Link} to={to.ownReport(`shipment:${shipment.key}`)} size="sm">
          {t("report.about")}
        </Anchor>
      }
    >
      <Group gap={6}>
        <span>{t("shipments.way", { from: shipment.origin ?? "–", to: shipment.destination ?? "–" })}</span>
        {at && (
          <span>
            {t(arrived ? "shipments.arrived" : "shipments.expected")} <TimeText at={at} show="both" />
          </span>
        )}
      </Group>
    </Line>
  );
}
