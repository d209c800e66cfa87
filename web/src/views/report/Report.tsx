/** The report of a place, a shipment or a lot: shown as it will be printed, for a period of one's choice. */
import { Button, Group, Stack } from "@mantine/core";
import { Download, Printer } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { ask } from "@/api/client";
import { useList } from "@/api/lists";
import { asProblem } from "@/api/problem";
import { useFilters } from "@/parts/filters";
import { InAppHint } from "@/parts/InAppHint";
import { PageHead } from "@/parts/PageHead";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";
import { NotFound } from "@/shell/NotFound";
import { useClockIn, useClockOf } from "@/views/places/zones";
import { isKind, type Kind, save, useReport } from "@/views/report/asking";
import { Period } from "@/views/report/Period";
import { Sheet } from "@/views/report/Sheet";
import style from "@/views/report/Sheet.module.css";
import "@/views/report/report.css";

const FILTERS = { from: "text", to: "text" } as const;

/** The clock of the place a report is about: of its site, of where a shipment goes, of where a lot was last. */
function useClock(kind: Kind, key: string): string | undefined {
  const shipment = ask.useQuery(
    "get",
    "/api/v1/shipments/{key}",
    { params: { path: { key } } },
    { enabled: kind === "shipment", retry: false },
  );
  const stays = useList("/api/v1/placements", { subject: key, limit: 1000 }, kind === "lot");
  const last = stays.items.filter((one) => one.place_kind === "zone" && one.subject_kind === "lot").at(-1);
  const inZone = useClockIn(kind === "zone" ? key : kind === "lot" ? last?.place : undefined);
  const atEnd = useClockOf(
    kind === "shipment" ? (shipment.data?.destination ?? shipment.data?.origin) : undefined,
  );
  return inZone ?? atEnd;
}

export default function Report() {
  const { kind, key = "" } = useParams();
  return isKind(kind) ? <Found kind={kind} name={key} /> : <NotFound />;
}

function Found({ kind, name }: { kind: Kind; name: string }) {
  const { t } = useTranslation("report");
  const [filters, change] = useFilters(FILTERS);
  const clock = useClock(kind, name);
  const { report, problem, again } = useReport(kind, name, filters.from, filters.to);
  const [drawn, setDrawn] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another report has to be drawn before it is printed
  useEffect(() => setDrawn(false), [report]);
  if (problem !== undefined && asProblem(problem).status === 404) return <NotFound />;
  return (
    <>
      <div className={style["controls"]}>
        <PageHead
          title={t(`title.${kind}`, { name: report?.about.name || name })}
          actions={
            <Group gap="xs">
              <Button
                variant="default"
                leftSection={<Download aria-hidden size={16} />}
                disabled={!report}
                onClick={() => report && save(report)}
              >
                {t("save")}
              </Button>
              <Button
                leftSection={<Printer aria-hidden size={16} />}
                disabled={!report || !drawn}
                onClick={() => window.print()}
              >
                {t("print")}
              </Button>
            </Group>
          }
        >
          {t("hint")}
        </PageHead>
        <InAppHint />
        <Period
          from={filters.from ?? report?.from}
          to={filters.to ?? report?.to}
          onChange={(from, to) => change({ from, to })}
          {...(clock ? { clock } : {})}
        />
      </div>
      <Stack mt="md">
        {problem !== undefined && <ErrorNotice problem={problem} again={again} />}
        {!report && problem === undefined && <Loading rows={8} />}
        {report && <Sheet report={report} onDrawn={() => setDrawn(true)} {...(clock ? { clock } : {})} />}
      </Stack>
    </>
  );
}
