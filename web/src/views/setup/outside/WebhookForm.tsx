/** A new endpoint for events. */
import { Button, Group, Modal, Select, Stack, TagsInput, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { asProblem, faultsOf } from "@/api/problem";
import type { IssuedWebhookView } from "@/api/schema";
import { Reference } from "@/parts/Reference";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { language } from "@/texts";

const SPOKEN = [
  { value: "en", label: "English" },
  { value: "zh", label: "中文" },
];

export function WebhookForm({
  onClose,
  onMade,
}: {
  onClose: () => void;
  onMade: (made: IssuedWebhookView) => void;
}) {
  const { t } = useTranslation("setup");
  const [name, setName] = useState("");
  const [url, setUrl] = useState("");
  const [types, setTypes] = useState<string[]>([]);
  const [customer, choose] = useState<string | null>(null);
  const [spoken, speak] = useState<string>(language());
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const faults = faultsOf(problem === null ? [] : asProblem(problem).errors);
  async function send() {
    setBusy(true);
    try {
      const body = { name: name.trim(), url: url.trim(), types, customer, language: spoken, enabled: true };
      const { data } = await api.POST("/api/v1/webhooks", { body });
      if (data) onMade(data);
    } catch (thrown) {
      setProblem(thrown);
      setBusy(false);
    }
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("webhooks.new")}
      centered
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <Stack>
          <TextInput
            label={t("name")}
            required
            value={name}
            error={faults["name"]}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TextInput
            label={t("webhooks.url")}
            type="url"
            required
            value={url}
            error={faults["url"]}
            onChange={(event) => setUrl(event.currentTarget.value)}
          />
          <TagsInput
            label={t("webhooks.types")}
            description={t("webhooks.types_help")}
            value={types}
            error={faults["types"]}
            onChange={setTypes}
          />
          <Reference
            label={t("keys.of.customer")}
            description={t("webhooks.customer_help")}
            path="/api/v1/customers"
            value={customer}
            onChange={choose}
          />
          <Select
            label={t("webhooks.language")}
            data={SPOKEN}
            value={spoken}
            allowDeselect={false}
            onChange={(value) => value && speak(value)}
          />
          {problem !== null && <ErrorNotice problem={problem} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("back")}
            </Button>
            <Button type="submit" loading={busy} disabled={!name.trim() || !url.trim()}>
              {t("add")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
