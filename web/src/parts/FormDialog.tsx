/** A form in a dialog: busy while it is sent, and what is wrong stands with its fields or below them. */
import { Button, Group, Modal, Stack } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { asProblem, faultsOf } from "@/api/problem";
import { ErrorNotice } from "@/parts/states/ErrorNotice";

interface Props {
  title: string;
  /** What the button says: the act itself. */
  act: string;
  /** Whether enough was said to send it. */
  ready: boolean;
  /** Sends it. The dialog shows the problem when it is refused; closing it is up to the caller. */
  onSend: () => Promise<unknown>;
  onClose: () => void;
  size?: string;
  /** The inputs; `faults` says what is wrong with each, by its name in the request. */
  children: (faults: Record<string, string>) => ReactNode;
}

export function FormDialog({ title, act, ready, onSend, onClose, size = "md", children }: Props) {
  const { t } = useTranslation("states");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  async function send() {
    setBusy(true);
    setProblem(null);
    try {
      await onSend();
    } catch (thrown) {
      setProblem(thrown);
    } finally {
      setBusy(false);
    }
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size={size}
      centered
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          event.stopPropagation();
          void send();
        }}
      >
        <Stack>
          {children(faultsOf(problem === null ? [] : asProblem(problem).errors))}
          {problem !== null && <ErrorNotice problem={problem} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose} disabled={busy}>
              {t("reason.back")}
            </Button>
            <Button type="submit" loading={busy} disabled={!ready}>
              {act}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
