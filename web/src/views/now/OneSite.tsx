/** One site opened: itself, and its zones, the worst first. */
import { Anchor, Button, Group } from "@mantine/core";
import { ArrowLeft } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { ask } from "@/api/client";
import { to } from "@/links";
import { Empty } from "@/parts/states/Empty";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";
import { PlaceCard } from "@/views/now/PlaceCard";
import style from "./Now.module.css";

const AGAIN_MS = 15_000;

export function OneSite({ site, onBack }: { site: string; onBack: () => void }) {
  const { t } = useTranslation("now");
  const found = ask.useQuery(
    "get",
    "/api/v1/overview",
    { params: { query: { site } } },
    { refetchInterval: AGAIN_MS },
  );
  const back = (
    <Button
      variant="default"
      size="compact-sm"
      leftSection={<ArrowLeft aria-hidden size={16} />}
      onClick={onBack}
    >
      {t("site.back")}
    </Button>
  );
  if (found.error && !found.data)
    return (
      <>
        {back}
        <ErrorNotice problem={found.error} again={() => void found.refetch()} />
      </>
    );
  if (!found.data) return <Loading rows={5} height={72} />;
  const whole = found.data.items.find((one) => one.site === site && one.zone === null);
  const zones = whole?.zones ?? found.data.items.filter((one) => one.zone !== null);
  const zone = whole?.time_zone ?? null;
  return (
    <>
      <Group justify="space-between" mb="xs">
        {back}
        <Anchor component={Link} to={to.site(site)} size="sm">
          {t("site.whole")}
        </Anchor>
      </Group>
      {whole && <PlaceCard place={whole} where={to.site(site)} zone={zone} />}
      <h2 className={style["zones"]}>{t("site.zones", { count: zones.length })}</h2>
      {zones.length === 0 && <Empty title={t("site.no_zones")}>{t("site.no_zones_why")}</Empty>}
      <ul className={style["list"]} aria-label={t("site.zones_label")}>
        {zones.map((one) => (
          <li key={one.zone}>
            <PlaceCard place={one} where={to.zone(one.zone ?? "")} zone={zone} />
          </li>
        ))}
      </ul>
    </>
  );
}
