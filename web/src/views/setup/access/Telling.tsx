/** How one is told oneself: chats, quiet hours, how much at a time. Critical messages never wait. */
import {
  Button,
  Group,
  Badge as Lane,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ask, ifMatch } from "@/api/client";
import { queries } from "@/api/queries";
import type { HabitsView } from "@/api/schema";
import { Section } from "@/parts/Section";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";
import { useSession } from "@/shell/session";

const PATH = "/api/v1/me/telling";
const ZONES = Intl.supportedValuesOf("timeZone");
const MOST_PER_HOUR = 1000;
/** `plain` as a choice: null is what suits whoever it is. */
const WORDS = { usual: null, plain: true, report: false } as const;
type Words = keyof typeof WORDS;

export function Telling() {
  const { t } = useTranslation("setup");
  const { person } = useSession();
  const { data, error, refetch } = ask.useQuery("get", PATH, {}, { enabled: person !== null });
  if (person === null) return null;
  return (
    <Section title={t("telling.title")} hint={t("telling.what")}>
      {error && <ErrorNotice problem={error} again={() => void refetch()} />}
      {!data && !error && <Loading rows={4} />}
      {data && <Form key={data.version} habits={data} />}
    </Section>
  );
}

function Form({ habits }: { habits: HabitsView }) {
  const { t } = useTranslation("setup");
  const [from, setFrom] = useState(habits.quiet_from ?? "");
  const [until, setUntil] = useState(habits.quiet_to ?? "");
  const [zone, setZone] = useState(habits.time_zone);
  const [words, setWords] = useState<Words>(
    habits.plain === null ? "usual" : habits.plain ? "plain" : "report",
  );
  const [waits, setWaits] = useState(habits.high_waits);
  const [most, setMost] = useState<number | string>(habits.per_hour ?? "");
  const [chats, setChats] = useState<string | undefined>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);

  async function save() {
    setBusy(true);
    setProblem(null);
    try {
      const body = {
        quiet_from: from || null,
        quiet_to: until || null,
        time_zone: zone,
        plain: WORDS[words],
        high_waits: waits,
        per_hour: typeof most === "number" ? most : null,
        ...(chats === undefined ? {} : { urls: chats.split("\n").flatMap((line) => line.trim() || []) }),
      };
      const header = habits.version > 0 ? ifMatch(habits.version) : {};
      await api.PUT(PATH, { params: { header }, body });
      notifications.show({ message: t("telling.saved"), color: "green" });
      await queries.invalidateQueries({ queryKey: ["get", PATH] });
    } catch (thrown) {
      setProblem(thrown);
    } finally {
      setBusy(false);
    }
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Stack>
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput
            type="time"
            label={t("telling.from")}
            value={from}
            required={until !== ""}
            onChange={(event) => setFrom(event.currentTarget.value)}
          />
          <TextInput
            type="time"
            label={t("telling.until")}
            value={until}
            required={from !== ""}
            onChange={(event) => setUntil(event.currentTarget.value)}
          />
        </SimpleGrid>
        <Select
          label={t("telling.zone")}
          placeholder={t("telling.zone_of_site")}
          data={ZONES}
          value={zone || null}
          onChange={(chosen) => setZone(chosen ?? "")}
          limit={100}
          searchable
          clearable
        />
        <Switch
          label={t("telling.high_waits")}
          description={t("telling.high_waits_help")}
          checked={waits}
          onChange={(event) => setWaits(event.currentTarget.checked)}
        />
        <NumberInput
          label={t("telling.per_hour")}
          description={t("telling.per_hour_help")}
          min={1}
          max={MOST_PER_HOUR}
          allowDecimal={false}
          value={most}
          onChange={setMost}
        />
        <Select
          label={t("telling.words")}
          data={Object.keys(WORDS).map((value) => ({ value, label: t(`telling.in.${value}`) }))}
          value={words}
          onChange={(chosen) => setWords((chosen ?? "usual") as Words)}
          allowDeselect={false}
        />
        <Chats lanes={habits.chats} written={chats} onWrite={setChats} />
        {problem !== null && <ErrorNotice problem={problem} />}
        <Group>
          <Button type="submit" loading={busy}>
            {t("save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface ChatsProps {
  lanes: string[];
  /** The addresses that are to be; undefined: those that there are. */
  written: string | undefined;
  onWrite: (text: string | undefined) => void;
}

/** Addresses hold secrets and are never shown again: they stay, or all are written anew. */
function Chats({ lanes, written, onWrite }: ChatsProps) {
  const { t } = useTranslation("setup");
  if (written !== undefined)
    return (
      <Stack gap="xs">
        <Textarea
          label={t("telling.chats")}
          description={t("telling.chats_help")}
          placeholder="dingtalk://…"
          autosize
          minRows={2}
          value={written}
          onChange={(event) => onWrite(event.currentTarget.value)}
        />
        <Button variant="subtle" size="compact-sm" w="fit-content" onClick={() => onWrite(undefined)}>
          {t("telling.chats_keep")}
        </Button>
      </Stack>
    );
  return (
    <div>
      <Text size="sm" fw={500}>
        {t("telling.chats")}
      </Text>
      <Group gap="xs" mt={4}>
        {lanes.length === 0 && (
          <Text size="sm" c="dimmed">
            {t("telling.no_chats")}
          </Text>
        )}
        {lanes.map((lane) => (
          <Lane key={lane} variant="default" tt="none">
            {lane}
          </Lane>
        ))}
        <Button variant="default" size="compact-sm" onClick={() => onWrite("")}>
          {t("telling.chats_anew")}
        </Button>
      </Group>
    </div>
  );
}
