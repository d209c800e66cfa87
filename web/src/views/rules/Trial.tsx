/** The back-test of what is being changed: asked for, on its way, cancelled, done. One after the other for every limit. */
import { Button, Group, Progress, Select, Stack, Text } from "@mantine/core";
import { FlaskConical } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ask } from "@/api/client";
import type { BandChangeIn, JobView } from "@/api/schema";
import { useActing } from "@/parts/acting";
import { useFormat } from "@/parts/format";
import { Section } from "@/parts/Section";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";
import { atWork, type Outcome } from "@/views/rules/outcome";
import { Picture } from "@/views/rules/Picture";

const DAYS = ["7", "30", "90", "365"];
const EVERY_MS = 1_000;
export interface Tried {
  rule: string;
  change: Partial<BandChangeIn> | null;
  /** A profile in the words of a registry file, where more is changed than figures. */
  file: string;
}
interface Props {
  trials: Tried[];
  /** Whether anything was changed at all. */
  changed: boolean;
  /** Told when everything that was changed has been looked at. */
  onSeen: () => void;
}

export function Trial({ trials, changed, onSeen }: Props) {
  const { t } = useTranslation("rules");
  const [days, choose] = useState("30");
  const [jobs, setJobs] = useState<string[]>([]);
  const { busy, problem, act } = useActing();
  const [done, setDone] = useState<ReadonlySet<string>>(new Set());
  const all = jobs.length > 0 && jobs.every((id) => done.has(id));
  // biome-ignore lint/correctness/useExhaustiveDependencies: told once, when the last one is done
  useEffect(() => {
    if (all) onSeen();
  }, [all]);

  async function begin() {
    setDone(new Set());
    const begun: string[] = [];
    for (const { rule, change, file } of trials) {
      const body = { rule, change, days: Number(days), file };
      const { data } = await api.POST("/api/v1/backtests", { body });
      if (data) begun.push(data.id);
    }
    setJobs(begun);
  }

  const what = trials.length > 0 || !changed ? t("trial.what") : t("trial.nothing");
  return (
    <Section title={t("trial.title")} hint={what}>
      <Stack>
        <Group align="flex-end">
          <Select
            label={t("trial.over")}
            data={DAYS.map((value) => ({ value, label: t("trial.days", { count: Number(value) }) }))}
            value={days}
            allowDeselect={false}
            onChange={(value) => value && choose(value)}
            w={160}
          />
          <Button
            variant="light"
            leftSection={<FlaskConical aria-hidden size={16} />}
            onClick={() => void act(begin)}
            loading={busy}
            disabled={trials.length === 0}
          >
            {t("trial.begin")}
          </Button>
        </Group>
        {problem !== null && <ErrorNotice problem={problem} />}
        {jobs.map((id) => (
          <Job key={id} id={id} onDone={() => setDone((before) => new Set([...before, id]))} />
        ))}
      </Stack>
    </Section>
  );
}

function Job({ id, onDone }: { id: string; onDone: () => void }) {
  const { data, error, refetch } = ask.useQuery(
    "get",
    "/api/v1/backtests/{id}",
    { params: { path: { id } } },
    { refetchInterval: ({ state }) => (!state.data || atWork(state.data.state) ? EVERY_MS : false) },
  );
  const state = data?.state;
  // biome-ignore lint/correctness/useExhaustiveDependencies: told once, when it is done
  useEffect(() => {
    if (state === "done") onDone();
  }, [state]);
  if (error && !data) return <ErrorNotice problem={error} again={() => void refetch()} />;
  if (!data) return <Loading rows={1} />;
  if (data.state === "done") return <Picture outcome={data.result as Outcome} notes={data.notes} />;
  return <Going job={data} onCancelled={() => void refetch()} />;
}

/** Not done: how far it is, or why it ended. */
function Going({ job, onCancelled }: { job: JobView; onCancelled: () => void }) {
  const { t } = useTranslation("rules");
  const format = useFormat();
  const { problem, act } = useActing();
  const share = job.total > 0 ? job.done / job.total : 0;
  async function cancel() {
    await api.DELETE("/api/v1/backtests/{id}", { params: { path: { id: job.id } } });
    onCancelled();
  }
  return (
    <Stack gap="xs" role="status">
      <Group justify="space-between">
        <Text size="sm">
          {t(`job.${job.state}`, { share: format.share(share, 0) })} {job.why}
        </Text>
        {atWork(job.state) && (
          <Button size="xs" variant="default" onClick={() => void act(cancel)}>
            {t("trial.cancel")}
          </Button>
        )}
      </Group>
      {atWork(job.state) && (
        <Progress value={share * 100} aria-label={t("trial.title")} animated={job.state === "running"} />
      )}
      {problem !== null && <ErrorNotice problem={problem} />}
    </Stack>
  );
}
