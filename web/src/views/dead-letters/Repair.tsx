/** The content of a refused message, to be changed: tried first, then put on its topic again. */
import { Alert, Anchor, Button, Group, Stack, Textarea } from "@mantine/core";
import { CircleCheck, FlaskConical, RotateCcw, Send } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api } from "@/api/client";
import type { DeadLetterFull, TriedView } from "@/api/schema";
import { to } from "@/links";
import { ConfirmWithReason } from "@/parts/ConfirmWithReason";
import { Section } from "@/parts/Section";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Decoded } from "@/views/gateways/Decoded";

/** Between messages and what is tried: what was not changed is taken as it was kept. */
function bodyOf(letter: DeadLetterFull, content: string) {
  if (content === original(letter)) return {};
  return letter.payload_text === null ? { payload_base64: content.trim() } : { payload_text: content };
}

const original = (letter: DeadLetterFull) => letter.payload_text ?? letter.payload_base64;

export function Repair({ letter }: { letter: DeadLetterFull }) {
  const { t } = useTranslation("dead-letters");
  const [content, setContent] = useState(original(letter));
  const [tried, setTried] = useState<TriedView>();
  const [problem, setProblem] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState(false);
  const [sent, setSent] = useState(false);
  const params = { path: { id: letter.id } };
  const body = bodyOf(letter, content);

  function edit(next: string) {
    setContent(next);
    setTried(undefined);
    setSent(false);
    setProblem(null);
  }
  async function attempt() {
    setBusy(true);
    setProblem(null);
    try {
      setTried((await api.POST("/api/v1/dead-letters/{id}/trial", { params, body })).data);
    } catch (thrown) {
      setProblem(thrown);
    } finally {
      setBusy(false);
    }
  }
  async function submit() {
    await api.POST("/api/v1/dead-letters/{id}/submit", { params, body });
    setSent(true);
  }
  return (
    <Section title={t("repair.title")} hint={t("repair.about")}>
      <Stack gap="sm">
        {!letter.complete && <Alert color="yellow">{t("repair.cut")}</Alert>}
        <Textarea
          label={letter.payload_text === null ? t("repair.base64") : t("repair.content")}
          value={content}
          onChange={(event) => edit(event.currentTarget.value)}
          autosize
          minRows={4}
          maxRows={20}
          spellCheck={false}
          styles={{ input: { fontFamily: "monospace" } }}
        />
        <Group gap="xs">
          <Button
            variant="default"
            leftSection={<FlaskConical aria-hidden size={16} />}
            onClick={() => void attempt()}
            loading={busy}
          >
            {t("repair.try")}
          </Button>
          <Button leftSection={<Send aria-hidden size={16} />} onClick={() => setAsking(true)}>
            {t("repair.submit")}
          </Button>
          {content !== original(letter) && (
            <Button
              variant="subtle"
              leftSection={<RotateCcw aria-hidden size={16} />}
              onClick={() => edit(original(letter))}
            >
              {t("repair.as_it_was")}
            </Button>
          )}
        </Group>
        {problem !== null && <ErrorNotice problem={problem} />}
        <div aria-live="polite">
          {tried && <Tried tried={tried} />}
          {sent && (
            <Alert color="harbour" icon={<CircleCheck aria-hidden />} title={t("repair.sent")}>
              {t("repair.sent_what")}{" "}
              {letter.gateway && (
                <Anchor component={Link} to={`${to.gateway(letter.gateway)}?watch=true`}>
                  {t("repair.watch")}
                </Anchor>
              )}
            </Alert>
          )}
        </div>
      </Stack>
      <ConfirmWithReason
        opened={asking}
        title={t("repair.submit_title")}
        act={t("repair.submit")}
        reason="none"
        onConfirm={submit}
        onClose={() => setAsking(false)}
      >
        {t("repair.submit_what", { topic: letter.topic })}
      </ConfirmWithReason>
    </Section>
  );
}

/** What would become of it. */
function Tried({ tried }: { tried: TriedView }) {
  const { t } = useTranslation("dead-letters");
  const good = tried.refuses.length === 0;
  return (
    <Stack gap="xs">
      <Alert color={good ? "harbour" : "yellow"} title={good ? t("repair.good") : t("repair.not_yet")}>
        {t("repair.nothing_kept")}
      </Alert>
      <Decoded
        keeps={tried.keeps}
        kept={tried.keeps.length}
        refuses={tried.refuses}
        online={tried.online}
        received={tried.received}
      />
    </Stack>
  );
}
