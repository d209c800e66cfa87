/** A mapping while it is written: its text, what has to be filled in, a message to try it with, and what would become of it. */
import { Alert, Button, Group, SimpleGrid, Stack, Switch, Text, Textarea, TextInput } from "@mantine/core";
import { FlaskConical } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import type { TrialView } from "@/api/schema";
import { useActing } from "@/parts/acting";
import { Section } from "@/parts/Section";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Decoded } from "@/views/gateways/Decoded";
import { askedOf, sourceOf } from "@/views/setup/mappings/source";

const SPELLED = { input: { fontFamily: "var(--mantine-font-family-monospace)" } };
const LISTENS_S = 8;

interface Props {
  text: string;
  onText: (text: string) => void;
  filled: Record<string, string>;
  onFilled: (filled: Record<string, string>) => void;
  readOnly: boolean;
}

export function Editor({ text, onText, filled, onFilled, readOnly }: Props) {
  const { t, i18n } = useTranslation("setup");
  const asked = askedOf(text, i18n.language);
  return (
    <Stack>
      <Textarea
        label={t("mappings.document")}
        description={t("mappings.document_help")}
        value={text}
        onChange={(event) => onText(event.currentTarget.value)}
        readOnly={readOnly}
        autosize
        minRows={10}
        maxRows={28}
        spellCheck={false}
        styles={SPELLED}
      />
      {asked.length > 0 && (
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
          {asked.map(({ name, title, fallback }) => (
            <TextInput
              key={name}
              label={title}
              description={`<${name}>`}
              placeholder={fallback}
              value={filled[name] ?? ""}
              readOnly={readOnly}
              onChange={({ currentTarget: { value } }) => onFilled({ ...filled, [name]: value })}
            />
          ))}
        </SimpleGrid>
      )}
      {!readOnly && <TryIt text={text} filled={filled} />}
    </Stack>
  );
}

/** Tried against a message, pasted or live; nothing of it is kept. */
function TryIt({ text, filled }: { text: string; filled: Record<string, string> }) {
  const { t } = useTranslation("setup");
  const [topic, setTopic] = useState("");
  const [payload, setPayload] = useState("");
  const [live, listen] = useState(false);
  const { busy, problem, act } = useActing();
  const [tried, show] = useState<TrialView | null>(null);

  async function send() {
    show(null);
    const what = live
      ? { live, messages: 5, seconds: LISTENS_S }
      : { live, messages: 1, seconds: 1, topic: topic.trim() || null, payload_text: payload };
    const { data } = await api.POST("/api/v1/mappings/trial", {
      body: { ...sourceOf(text, filled), ...what },
    });
    show(data ?? null);
  }

  return (
    <Section title={t("mappings.trial")} hint={t("mappings.trial_what")}>
      <Stack>
        <Switch
          label={t("mappings.live", { count: LISTENS_S })}
          checked={live}
          onChange={(event) => listen(event.currentTarget.checked)}
        />
        {!live && (
          <>
            <TextInput
              label={t("mappings.topic")}
              placeholder="plant/hall-2/climate"
              value={topic}
              onChange={(event) => setTopic(event.currentTarget.value)}
            />
            <Textarea
              label={t("mappings.payload")}
              value={payload}
              onChange={(event) => setPayload(event.currentTarget.value)}
              autosize
              minRows={3}
              maxRows={14}
              spellCheck={false}
              styles={SPELLED}
            />
          </>
        )}
        <Group>
          <Button
            variant="light"
            leftSection={<FlaskConical aria-hidden size={16} />}
            loading={busy}
            disabled={!live && topic.trim() === ""}
            onClick={() => void act(send)}
          >
            {t("mappings.try")}
          </Button>
        </Group>
        {problem !== null && <ErrorNotice problem={problem} />}
        {tried && <Tried tried={tried} />}
      </Stack>
    </Section>
  );
}

function Tried({ tried }: { tried: TrialView }) {
  const { t } = useTranslation("setup");
  if (tried.messages.length === 0)
    return <Alert color="orange">{t("mappings.silent", { topics: tried.topics.join(", ") })}</Alert>;
  return (
    <Stack gap="xs" role="status">
      {tried.messages.map((one) => (
        <div key={`${one.topic} ${one.received}`}>
          <Text size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>
            {one.topic} → {one.gateway}
          </Text>
          <Decoded
            keeps={one.keeps}
            kept={one.keeps.length}
            refuses={one.refuses}
            online={one.online}
            received={one.received}
          />
        </div>
      ))}
    </Stack>
  );
}
