/** Hold, release or reject a lot: what, and why. */
import { Button, Group, Modal, Radio, Stack, Textarea } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { Hand } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ifMatch } from "@/api/client";
import type { Lot, StatusIn } from "@/api/schema";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { STATUSES } from "@/views/lots/Lots";

export function SetStatus({ lot }: { lot: Lot }) {
  const { t } = useTranslation("lots");
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button leftSection={<Hand aria-hidden size={16} />} onClick={open}>
        {t("set_status")}
      </Button>
      <Modal opened={opened} onClose={close} title={t("set_status")} centered>
        <Form lot={lot} onDone={close} />
      </Modal>
    </>
  );
}

function Form({ lot, onDone }: { lot: Lot; onDone: () => void }) {
  const { t } = useTranslation(["lots", "states"]);
  const known = useQueryClient();
  const [status, setStatus] = useState<StatusIn["status"] | "">("");
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);

  async function send(event: FormEvent) {
    event.preventDefault();
    if (status === "") return;
    setBusy(true);
    try {
      await api.POST("/api/v1/lots/{key}/status", {
        params: { path: { key: lot.key }, header: ifMatch(lot.version) },
        body: { status, reason: reason.trim() },
      });
      await known.invalidateQueries({
        predicate: ({ queryKey: [, path] }) => String(path).startsWith("/api/v1/lots"),
      });
      notifications.show({ message: t("status_set", { status: t(`status.${status}`) }) });
      onDone();
    } catch (thrown) {
      setProblem(thrown);
    } finally {
      setBusy(false);
    }
  }

  return (
    <form onSubmit={(event) => void send(event)}>
      <Stack>
        <Radio.Group
          label={t("status_new")}
          value={status}
          onChange={(value) => setStatus(value as StatusIn["status"])}
        >
          <Stack gap={8} mt={6}>
            {STATUSES.filter((each) => each !== lot.status).map((each) => (
              <Radio
                key={each}
                value={each}
                label={t(`status.${each}`)}
                description={t(`status_why.${each}`)}
              />
            ))}
          </Stack>
        </Radio.Group>
        <Textarea
          label={t("states:reason.label")}
          description={t("states:reason.help")}
          required
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          maxLength={500}
          autosize
          minRows={2}
        />
        {problem !== null && <ErrorNotice problem={problem} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone} disabled={busy}>
            {t("states:reason.back")}
          </Button>
          <Button type="submit" loading={busy} disabled={!status || !reason.trim()}>
            {t("set_status")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
