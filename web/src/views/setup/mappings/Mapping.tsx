/** One mapping: written, tried, kept as a version, switched on and off. What is switched on goes on in the version it was. */
import { Alert, Button, Group, Stack, Text, TextInput, Timeline, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { api, ask as asking, ifMatch } from "@/api/client";
import { queries } from "@/api/queries";
import type { MappingFull } from "@/api/schema";
import { to } from "@/links";
import { ConfirmWithReason } from "@/parts/ConfirmWithReason";
import { PageHead } from "@/parts/PageHead";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";
import { TimeText } from "@/parts/TimeText";
import { Failed } from "@/shell/Failed";
import { useSession } from "@/shell/session";
import { NEW } from "@/views/setup/lists/ObjectView";
import { Editor } from "@/views/setup/mappings/Editor";
import { MappingState } from "@/views/setup/mappings/Mappings";
import { BLANK, sourceOf } from "@/views/setup/mappings/source";

const PATH = "/api/v1/mappings/{key}";
const KEY = "[a-z0-9][a-z0-9_\\-]{0,63}";
const IF_NEW = { "if-none-match": "*" };

export default function Mapping() {
  const { key = "" } = useParams();
  const [params] = useSearchParams();
  const from = params.get("from") ?? "";
  if (key === NEW) return from ? <FromReady ready={from} /> : <Making begun={BLANK} named="" />;
  return <Known key={key} mapping={key} />;
}

function FromReady({ ready }: { ready: string }) {
  const path = { key: ready };
  const { data, error, refetch } = asking.useQuery("get", "/api/v1/mappings/ready/{key}", {
    params: { path },
  });
  if (data) return <Making begun={JSON.stringify(data.document, null, 2)} named={data.key} />;
  return error ? <Failed problem={error} again={() => void refetch()} /> : <Loading />;
}

function Making({ begun, named }: { begun: string; named: string }) {
  const { t } = useTranslation("setup");
  const go = useNavigate();
  const [key, setKey] = useState(named);
  return (
    <>
      <PageHead title={t("mappings.new")}>{t("mappings.new_what")}</PageHead>
      <Writing
        begun={begun}
        filled={{}}
        mapping={key.trim()}
        version={null}
        onSaved={() => void go(to.mapping(key.trim()), { replace: true })}
      >
        <TextInput
          label={t("key")}
          description={t("mappings.key_help")}
          required
          pattern={KEY}
          value={key}
          onChange={(event) => setKey(event.currentTarget.value)}
          autoCapitalize="none"
          maw={360}
        />
      </Writing>
    </>
  );
}

function Known({ mapping }: { mapping: string }) {
  const params = { path: { key: mapping } };
  const { data, error, refetch } = asking.useQuery("get", PATH, { params });
  if (data) return <Shown mapping={data} />;
  return error ? <Failed problem={error} again={() => void refetch()} /> : <Loading />;
}

function Shown({ mapping }: { mapping: MappingFull }) {
  const { t } = useTranslation("setup");
  return (
    <>
      <PageHead title={mapping.title || mapping.key} actions={<Switching mapping={mapping} />}>
        <Group gap="sm">
          <span>{mapping.key}</span>
          <MappingState state={mapping.state} />
          <span style={{ overflowWrap: "anywhere" }}>{mapping.topics.join(", ")}</span>
        </Group>
      </PageHead>
      <Stack>
        {mapping.overlaps.length > 0 && (
          <Alert color="orange">{t("mappings.overlaps", { others: mapping.overlaps.join(", ") })}</Alert>
        )}
        <Writing
          key={mapping.latest}
          begun={JSON.stringify(mapping.document, null, 2)}
          filled={texts(mapping.settings)}
          mapping={mapping.key}
          version={mapping.version}
          onSaved={() => void queries.invalidateQueries({ queryKey: ["get", PATH] })}
        />
        <Versions mapping={mapping} />
      </Stack>
    </>
  );
}

function texts(settings: object): Record<string, string> {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)]));
}

/** Messages are read by its newest version, or not at all. */
function Switching({ mapping }: { mapping: MappingFull }) {
  const { t } = useTranslation("setup");
  const { may } = useSession();
  const [asked, ask] = useState<"on" | "off" | null>(null);
  if (!may("mappings.write")) return null;
  async function act(reason: string) {
    const params = { path: { key: mapping.key }, query: { reason }, header: ifMatch(mapping.version) };
    if (asked === "off") await api.POST("/api/v1/mappings/{key}/off", { params });
    else await api.POST("/api/v1/mappings/{key}/on", { params, body: { version: mapping.latest } });
    void queries.invalidateQueries({ queryKey: ["get", PATH] });
    void queries.invalidateQueries({ queryKey: ["list", "/api/v1/mappings"] });
  }
  return (
    <>
      {mapping.active !== null && (
        <Button variant="default" onClick={() => ask("off")}>
          {t("mappings.off")}
        </Button>
      )}
      {mapping.active !== mapping.latest && (
        <Button onClick={() => ask("on")}>{t("mappings.on", { version: mapping.latest })}</Button>
      )}
      <ConfirmWithReason
        opened={asked !== null}
        title={mapping.title || mapping.key}
        act={asked === "off" ? t("mappings.off") : t("mappings.on", { version: mapping.latest })}
        danger={asked === "off"}
        onConfirm={act}
        onClose={() => ask(null)}
      >
        {t(asked === "off" ? "mappings.off_what" : "mappings.on_what")}
      </ConfirmWithReason>
    </>
  );
}

interface WritingProps {
  begun: string;
  filled: Record<string, string>;
  mapping: string;
  /** null: there is none yet. */
  version: number | null;
  onSaved: () => void;
  children?: React.ReactNode;
}

function Writing({ begun, filled: before, mapping, version, onSaved, children }: WritingProps) {
  const { t } = useTranslation("setup");
  const { may } = useSession();
  const [text, write] = useState(begun);
  const [filled, fill] = useState(before);
  const [reason, because] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const changed = version === null || text !== begun || JSON.stringify(filled) !== JSON.stringify(before);

  async function save() {
    setBusy(true);
    setProblem(null);
    try {
      const header = version === null ? IF_NEW : ifMatch(version);
      const query = reason.trim() ? { reason: reason.trim() } : {};
      await api.PUT(PATH, {
        params: { path: { key: mapping }, query, header },
        body: sourceOf(text, filled),
      });
      void queries.invalidateQueries({ queryKey: ["list", "/api/v1/mappings"] });
      onSaved();
    } catch (thrown) {
      setProblem(thrown);
    } finally {
      setBusy(false);
    }
  }

  const readOnly = !may("mappings.write");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Stack>
        {children}
        <Editor text={text} onText={write} filled={filled} onFilled={fill} readOnly={readOnly} />
        {problem !== null && <ErrorNotice problem={problem} />}
        {!readOnly && (
          <Group align="flex-end">
            <TextInput
              label={t("reason")}
              value={reason}
              maxLength={500}
              onChange={(event) => because(event.currentTarget.value)}
              flex={1}
              maw={480}
            />
            <Button type="submit" loading={busy} disabled={!changed || mapping === ""}>
              {t("mappings.keep")}
            </Button>
          </Group>
        )}
      </Stack>
    </form>
  );
}

function Versions({ mapping }: { mapping: MappingFull }) {
  const { t } = useTranslation("setup");
  return (
    <section>
      <Title order={2} size="h4" mb="sm">
        {t("policies.versions")}
      </Title>
      <Timeline bulletSize={14} lineWidth={2}>
        {mapping.versions.map((one) => (
          <Timeline.Item key={one.number}>
            <Group gap="xs">
              <Text size="sm" fw={600}>
                {t("version", { version: one.number })}
              </Text>
              {one.number === mapping.active && <MappingState state="active" />}
              <Text size="sm">{one.made_by.replace(/^person:/, "")}</Text>
              <Text size="sm" c="dimmed">
                <TimeText at={one.made} show="both" />
              </Text>
            </Group>
            {one.reason && <Text size="sm">{one.reason}</Text>}
          </Timeline.Item>
        ))}
      </Timeline>
    </section>
  );
}
