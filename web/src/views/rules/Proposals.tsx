/** What verdicts of engineers speak for: figures that would do better, with what they would have changed; adopted or declined. */
import { Alert, Button, Group, Paper, Progress, Select, Stack, Text } from "@mantine/core";
import { Check, SearchCheck, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ask } from "@/api/client";
import { useList } from "@/api/lists";
import { queries } from "@/api/queries";
import type { ProposalView } from "@/api/schema";
import { Badge } from "@/parts/Badge";
import { ConfirmWithReason } from "@/parts/ConfirmWithReason";
import { useFormat } from "@/parts/format";
import { Empty } from "@/parts/states/Empty";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";
import { TimeText } from "@/parts/TimeText";
import { useSession } from "@/shell/session";
import { versionAt } from "@/views/rules/limits";
import { atWork } from "@/views/rules/outcome";

const PATH = "/api/v1/quality/proposals";
const EVERY_MS = 1_000;
const DAYS = 90;

export function Proposals({ decide }: { decide: boolean }) {
  const { t } = useTranslation("rules");
  const { may } = useSession();
  const list = useList(PATH, {});
  return (
    <Stack>
      <Text c="dimmed">{t("proposals.what")}</Text>
      {may("rules.try") && <Ask />}
      {list.loading && <Loading rows={3} height={96} />}
      {list.problem && <ErrorNotice problem={list.problem} again={list.again} />}
      {!list.loading && !list.problem && list.items.length === 0 && (
        <Empty title={t("proposals.none")}>{t("proposals.none_why")}</Empty>
      )}
      {list.items.map((one) => (
        <Proposal key={one.id} proposal={one} decide={decide} />
      ))}
      {list.more && (
        <Button variant="default" onClick={list.fetchMore}>
          {t("proposals.more")}
        </Button>
      )}
    </Stack>
  );
}

function again() {
  return queries.invalidateQueries({ queryKey: ["list", PATH] });
}

function Proposal({ proposal, decide }: { proposal: ProposalView; decide: boolean }) {
  const { t } = useTranslation("rules");
  const format = useFormat();
  const [asked, ask_] = useState<"adopt" | "decline" | null>(null);
  const act = asked ?? "adopt";
  const send = (reason: string) =>
    api
      .POST(`/api/v1/quality/proposals/{id}/${act}`, {
        params: { path: { id: proposal.id } },
        body: { reason },
      })
      .then(again);
  const count = (of: Record<string, unknown>, name: string) => format.number(Number(of[name] ?? 0));
  const tone = { open: "info", adopted: "good", declined: "quiet" } as const;
  return (
    <Paper withBorder p="md">
      <Stack gap="xs">
        <Group justify="space-between">
          <Text fw={600}>{proposal.rule}</Text>
          <Badge tone={tone[proposal.state as keyof typeof tone] ?? "quiet"}>
            {t(`proposals.state.${proposal.state}`, proposal.state)}
          </Badge>
        </Group>
        <Text>{proposal.message}</Text>
        <Group gap="lg">
          {(["findings", "tickets", "said_false"] as const).map((name) => (
            <Text size="sm" key={name}>
              {t("proposals.count", {
                what: t(`count.${name}`),
                before: count(proposal.before, name),
                after: count(proposal.after, name),
              })}
            </Text>
          ))}
        </Group>
        <Text size="sm" c="dimmed">
          <TimeText at={proposal.decided ?? proposal.created} show="both" />{" "}
          {proposal.decided_by?.replace(/^person:/, "")}
        </Text>
        {proposal.state === "open" && decide && (
          <Group>
            <Button size="sm" leftSection={<Check aria-hidden size={16} />} onClick={() => ask_("adopt")}>
              {t("proposals.adopt")}
            </Button>
            <Button
              size="sm"
              variant="default"
              leftSection={<X aria-hidden size={16} />}
              onClick={() => ask_("decline")}
            >
              {t("proposals.decline")}
            </Button>
          </Group>
        )}
      </Stack>
      <ConfirmWithReason
        opened={asked !== null}
        title={proposal.rule}
        act={t(`proposals.${act}`)}
        onConfirm={send}
        onClose={() => ask_(null)}
      >
        {proposal.message}
      </ConfirmWithReason>
    </Paper>
  );
}

/** Ask whether verdicts speak for another figure of a limit. */
function Ask() {
  const { t } = useTranslation("rules");
  const profiles = useList("/api/v1/profiles", {});
  const [rule, choose] = useState<string | null>(null);
  const [job, setJob] = useState("");
  const [problem, setProblem] = useState<unknown>(null);
  const rules = profiles.items.flatMap((one) =>
    (versionAt(one, Date.now())?.limits ?? []).map((band) => `${one.key}/${band.band}`),
  );
  async function begin() {
    setProblem(null);
    try {
      const body = { rule: rule ?? "", days: DAYS, reason: "" };
      const { data } = await api.POST("/api/v1/quality/retunings", { body });
      setJob(data?.id ?? "");
    } catch (thrown) {
      setProblem(thrown);
    }
  }
  return (
    <Stack gap="xs">
      <Group align="flex-end">
        <Select
          label={t("proposals.rule")}
          data={rules}
          value={rule}
          onChange={choose}
          searchable
          miw={240}
          nothingFoundMessage={t("proposals.no_rule")}
        />
        <Button
          variant="light"
          leftSection={<SearchCheck aria-hidden size={16} />}
          disabled={!rule}
          onClick={() => void begin()}
        >
          {t("proposals.ask")}
        </Button>
      </Group>
      {problem !== null && <ErrorNotice problem={problem} />}
      {job && <Asking key={job} id={job} />}
    </Stack>
  );
}

function Asking({ id }: { id: string }) {
  const { t } = useTranslation("rules");
  const format = useFormat();
  const { data, error } = ask.useQuery(
    "get",
    "/api/v1/quality/retunings/{id}",
    { params: { path: { id } } },
    {
      refetchInterval: ({ state }) => {
        if (!state.data || atWork(state.data.state)) return EVERY_MS;
        void again();
        return false;
      },
    },
  );
  if (error) return <ErrorNotice problem={error} />;
  if (!data) return null;
  const share = data.total > 0 ? data.done / data.total : 0;
  const found = (data.result as { proposal?: string | null } | null)?.proposal;
  return (
    <Alert color="gray" role="status">
      <Text size="sm">
        {data.state === "done"
          ? t(found ? "proposals.found" : "proposals.as_it_is")
          : t(`job.${data.state}`, { share: format.share(share, 0) })}{" "}
        {data.why}
      </Text>
      {atWork(data.state) && <Progress value={share * 100} aria-label={t("proposals.ask")} mt="xs" />}
    </Alert>
  );
}
