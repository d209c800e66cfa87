/** A new version of the service levels: from the one in force, or from a ready-made part; tried by the service before it is kept. */
import { Button, Group, JsonInput, Modal, Select, Stack, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ask, onceKey } from "@/api/client";
import { queries } from "@/api/queries";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { momentOf } from "@/views/setup/lists/values";

export function NewPolicy({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("setup");
  const versions = ask.useQuery("get", "/api/v1/policies");
  const templates = ask.useQuery("get", "/api/v1/policies/templates");
  const [from, choose] = useState<string | null>(null);
  const [version, setVersion] = useState("");
  const [reason, say] = useState("");
  const [since, begin] = useState("");
  const [text, write] = useState("{}");
  const [once] = useState(onceKey);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const named = from?.startsWith("version:") ? from.slice("version:".length) : "";
  const chosen = ask.useQuery(
    "get",
    "/api/v1/policies/{version}",
    { params: { path: { version: named } } },
    { enabled: named !== "" },
  );
  const template = templates.data?.items.find(({ name }) => `template:${name}` === from);
  const document = named ? chosen.data?.document : template?.document;
  useEffect(() => {
    if (document) write(JSON.stringify(document, null, 2));
  }, [document]);

  async function send() {
    setBusy(true);
    setProblem(null);
    try {
      const body = {
        version: version.trim(),
        reason: reason.trim(),
        valid_from: momentOf(since),
        document: JSON.parse(text) as Record<string, never>,
      };
      await api.POST("/api/v1/policies", { params: { header: once }, body });
      await queries.invalidateQueries({ queryKey: ["get", "/api/v1/policies"] });
      onClose();
    } catch (thrown) {
      setProblem(thrown);
      setBusy(false);
    }
  }

  const data = [
    {
      group: t("policies.versions"),
      items: (versions.data?.items ?? []).map((one) => ({
        value: `version:${one.version}`,
        label: one.version,
      })),
    },
    {
      group: t("policies.templates"),
      items: (templates.data?.items ?? []).map((one) => ({ value: `template:${one.name}`, label: one.name })),
    },
  ];
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("policies.new")}
      size="xl"
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <Stack>
          <Group grow>
            <TextInput
              label={t("policies.version")}
              required
              value={version}
              onChange={(event) => setVersion(event.currentTarget.value)}
            />
            <TextInput
              type="datetime-local"
              label={t("policies.valid_from")}
              value={since}
              onChange={(event) => begin(event.currentTarget.value)}
            />
          </Group>
          <Select label={t("policies.from")} data={data} value={from} onChange={choose} clearable />
          <JsonInput
            label={t("policies.document")}
            description={t("policies.document_help")}
            value={text}
            onChange={write}
            validationError={t("policies.no_json")}
            autosize
            minRows={8}
            maxRows={20}
            required
          />
          <TextInput
            label={t("policies.reason")}
            required
            value={reason}
            onChange={(event) => say(event.currentTarget.value)}
          />
          {problem !== null && <ErrorNotice problem={problem} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("back")}
            </Button>
            <Button type="submit" loading={busy} disabled={!version.trim() || !reason.trim()}>
              {t("policies.keep")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
