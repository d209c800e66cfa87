/** A lot: whether it may leave, where it was, what it went through, and what was decided about it. */
import { Anchor, Button, Group, Stack } from "@mantine/core";
import { FileText } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { ask } from "@/api/client";
import { useList } from "@/api/lists";
import type { Lot as LotView } from "@/api/schema";
import { to } from "@/links";
import { Facts } from "@/parts/Facts";
import { useFormat } from "@/parts/format";
import { PageHead } from "@/parts/PageHead";
import { Loading } from "@/parts/states/Loading";
import { Failed } from "@/shell/Failed";
import { useSession } from "@/shell/session";
import { History } from "@/views/lots/History";
import { Record } from "@/views/lots/Record";
import { SetStatus } from "@/views/lots/SetStatus";
import { Way } from "@/views/lots/Way";
import { LotBadge } from "@/views/places/states";
import { useClockIn } from "@/views/places/zones";

const MOST = 1000;

export default function Lot() {
  const { key = "" } = useParams();
  const { t } = useTranslation("lots");
  const { may, role } = useSession();
  const {
    data: lot,
    error,
    refetch,
  } = ask.useQuery("get", "/api/v1/lots/{key}", { params: { path: { key } } });
  const stays = useList("/api/v1/placements", { subject: key, limit: MOST }, lot !== undefined);
  const own = useMemo(() => stays.items.filter((one) => one.subject_kind === "lot"), [stays.items]);
  const last = own.filter((one) => one.place_kind === "zone").at(-1);
  const clock = useClockIn(last?.place);
  if (error) return <Failed problem={error} again={() => void refetch()} />;
  if (!lot) return <Loading />;
  const clocked = clock ? { clock } : {};
  return (
    <>
      <PageHead
        title={lot.name || key}
        actions={
          <>
            {may("lots.status") && <SetStatus lot={lot} />}
            {role !== "carrier" && (
              <Button
                component={Link}
                to={to.report("lot", key)}
                variant="default"
                leftSection={<FileText aria-hidden size={16} />}
              >
                {t("report")}
              </Button>
            )}
          </>
        }
      >
        <Group gap={8}>
          <LotBadge status={lot.status} />
          {lot.name ? key : null}
        </Group>
      </PageHead>
      <Stack>
        <LotFacts lot={lot} />
        <Way lot={key} stays={own} loading={stays.loading} {...clocked} />
        {role !== "carrier" && <Record lot={key} {...clocked} />}
        {may("events.read") && <History subject={`lot:${key}`} {...clocked} />}
      </Stack>
    </>
  );
}

function LotFacts({ lot }: { lot: LotView }) {
  const { t } = useTranslation("lots");
  const format = useFormat();
  return (
    <Facts
      facts={[
        [t("product"), lot.product],
        [t("form"), lot.form],
        [t("customer"), lot.customer],
        [t("order"), lot.order],
        [t("quantity"), lot.quantity === null ? null : format.value(Number(lot.quantity), lot.unit, 3)],
        [t("produced"), lot.produced && format.day(lot.produced)],
        [t("expires"), lot.expires && format.day(lot.expires)],
        [t("external"), [lot.external_system, lot.external_number].filter(Boolean).join(" ")],
        [t("codes"), lot.codes.join(", ")],
        [
          t("all"),
          <Anchor key="all" component={Link} to={to.lots()}>
            {t("title")}
          </Anchor>,
        ],
      ]}
    />
  );
}
