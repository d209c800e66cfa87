/** Asks once more before something is done, and for the reason that will stand in the history. */
import { Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { type ReactNode, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { ErrorNotice } from "@/parts/states/ErrorNotice";

interface Props {
  opened: boolean;
  title: string;
  /** What will happen. */
  children?: ReactNode;
  /** What the button says: the act itself, never "OK". */
  act: string;
  danger?: boolean;
  reason?: "none" | "optional" | "required";
  /** Does it; the dialog closes when it succeeds and shows the problem when it does not. */
  onConfirm: (reason: string) => Promise<unknown>;
  onClose: () => void;
  /** It was done, and the dialog is closed. */
  onDone?: () => void;
}

export function ConfirmWithReason({ opened, title, onClose, ...rest }: Props) {
  const { t } = useTranslation("states");
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      centered
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <Asked {...rest} onClose={onClose} />
    </Modal>
  );
}

function Asked({
  children,
  act,
  danger = false,
  reason = "required",
  onConfirm,
  onClose,
  onDone,
}: Omit<Props, "opened" | "title">) {
  const { t } = useTranslation("states");
  const [said, say] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const form = useId();

  async function confirm() {
    setBusy(true);
    try {
      await onConfirm(said.trim());
      onClose();
      onDone?.();
    } catch (thrown) {
      setProblem(thrown);
    } finally {
      setBusy(false);
    }
  }

  return (
    <form
      id={form}
      onSubmit={(event) => {
        event.preventDefault();
        void confirm();
      }}
    >
      <Stack>
        {children && <Text component="div">{children}</Text>}
        {reason !== "none" && (
          <Textarea
            label={t("reason.label")}
            description={t("reason.help")}
            required={reason === "required"}
            value={said}
            onChange={(event) => say(event.currentTarget.value)}
            autosize
            minRows={2}
            maxLength={500}
            data-autofocus
          />
        )}
        {problem !== null && <ErrorNotice problem={problem} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} disabled={busy}>
            {t("reason.back")}
          </Button>
          <Button
            type="submit"
            {...(danger ? { color: "red" } : {})}
            loading={busy}
            disabled={reason === "required" && !said.trim()}
          >
            {act}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
