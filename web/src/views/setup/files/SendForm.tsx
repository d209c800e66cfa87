/** Sending files: what goes with them, how far it is while they leave this device, and giving it up. */
import { Button, Group, Paper, Progress, Stack, Text } from "@mantine/core";
import { Upload } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { Sending } from "@/api/files";
import { asProblem, faultsOf } from "@/api/problem";
import { useFormat } from "@/parts/format";
import { ErrorNotice } from "@/parts/states/ErrorNotice";

interface Props {
  /** What the button says. */
  act: string;
  /** What happens then, and what does not. */
  hint: string;
  ready: boolean;
  /** Sends them; answers where to look at what was sent. */
  onSend: (how: Sending) => Promise<string>;
  /** The inputs; `faults` says what is wrong with each. */
  children: (faults: Record<string, string>) => ReactNode;
}

export function SendForm({ act, hint, ready, onSend, children }: Props) {
  const { t } = useTranslation("setup");
  const go = useNavigate();
  const format = useFormat();
  const [share, setShare] = useState<number | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const giveUp = useRef<AbortController | null>(null);

  async function send() {
    const given = new AbortController();
    giveUp.current = given;
    setProblem(null);
    setShare(0);
    try {
      void go(await onSend({ onProgress: setShare, signal: given.signal }));
    } catch (thrown) {
      if (!given.signal.aborted) setProblem(thrown);
    } finally {
      setShare(null);
    }
  }

  return (
    <Paper
      withBorder
      p="md"
      component="form"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Stack>
        {children(faultsOf(problem === null ? [] : asProblem(problem).errors))}
        {share !== null && (
          <Group wrap="nowrap" role="status">
            <Progress value={share * 100} flex={1} aria-label={t("import.sending")} />
            <Text size="sm">{format.share(share, 0)}</Text>
            <Button size="xs" variant="default" onClick={() => giveUp.current?.abort()}>
              {t("import.give_up")}
            </Button>
          </Group>
        )}
        {problem !== null && <ErrorNotice problem={problem} />}
        <Group>
          <Button
            type="submit"
            leftSection={<Upload aria-hidden size={16} />}
            disabled={!ready}
            loading={share !== null}
          >
            {act}
          </Button>
          <Text size="sm" c="dimmed">
            {hint}
          </Text>
        </Group>
      </Stack>
    </Paper>
  );
}
