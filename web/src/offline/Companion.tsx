/** Goes along with every view: sends what waits, keeps my work for the way, and says when there is a new version of the page. */
import { Alert, Anchor, Button, Group } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { CircleArrowUp, Hourglass, TriangleAlert } from "lucide-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";
import { queries } from "@/api/queries";
import { to } from "@/links";
import { useConnection } from "@/live/Live";
import { InApp } from "@/offline/InApp";
import { outbox } from "@/offline/outbox";
import { useNewVersion } from "@/offline/update";
import { useWaiting } from "@/offline/useOutbox";
import { workOptions } from "@/offline/work";
import { keepsWork } from "@/shell/audience";
import { useUpdated } from "@/shell/lost";
import { useSession } from "@/shell/session";

/** Where the paths of what was sent begin. */
const TOUCHED: Record<string, string[]> = {
  ticket: ["/api/v1/tickets"],
  alarm: ["/api/v1/alarms", "/api/v1/tickets"],
  scans: ["/api/v1/scans", "/api/v1/placements", "/api/v1/lots"],
};

function arrived(line: string): void {
  const starts = TOUCHED[line.split(":", 1)[0] ?? ""] ?? [];
  void queries.invalidateQueries({
    predicate: ({ queryKey: [, path] }) => starts.some((start) => String(path).startsWith(start)),
  });
}

export default function Companion() {
  const session = useSession();
  const { name } = session;
  const live = useConnection() === "live";
  useEffect(() => outbox.start(name, arrived), [name]);
  // The service is back, though the network was never away.
  useEffect(() => {
    if (live) outbox.flush();
  }, [live]);
  useQuery({ ...workOptions(session), enabled: keepsWork(session) });
  return (
    <>
      <InApp />
      <NewVersion />
      <Waits />
    </>
  );
}

function NewVersion() {
  const { t } = useTranslation("offline");
  const ready = useNewVersion();
  const updated = useUpdated();
  const take = ready ?? (updated ? () => location.reload() : undefined);
  if (!take) return null;
  return (
    <Alert color="harbour" icon={<CircleArrowUp aria-hidden />} mb="md" role="status" data-new-version>
      <Group justify="space-between">
        {t("version.new")}
        <Button size="xs" onClick={take}>
          {t("version.take")}
        </Button>
      </Group>
    </Alert>
  );
}

function Waits() {
  const { t } = useTranslation("offline");
  const { pathname } = useLocation();
  const all = useWaiting();
  const refused = all.filter((one) => one.refused).length;
  if (all.length === 0 || pathname === to.waiting()) return null;
  return (
    <Alert
      color={refused > 0 ? "red" : "yellow"}
      icon={refused > 0 ? <TriangleAlert aria-hidden /> : <Hourglass aria-hidden />}
      mb="md"
      py="xs"
      role="status"
      data-waits={all.length}
    >
      <Anchor component={Link} to={to.waiting()} c="inherit" underline="always">
        {refused > 0 ? t("waits.refused", { count: refused }) : t("waits.count", { count: all.length })}
      </Anchor>
    </Alert>
  );
}
