/** Taking rules over from the catalogue: for which zone or climate, what is proposed there and why, then the reason. */
import { Alert, Button, Group, List, Modal, Select, Stack, Text, Textarea } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { api, ask } from "@/api/client";
import type { AdoptIn, AnswersIn, ProfileRulesView, ProposedRulesView } from "@/api/schema";
import { to } from "@/links";
import { Reference } from "@/parts/Reference";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";
import { Rules } from "@/views/rules/Catalogue";

const CLIMATES = [
  "severe_cold",
  "cold",
  "hot_summer_cold_winter",
  "hot_summer_warm_winter",
  "temperate",
] as const;
const CONTROLS = ["none", "heated", "cooled", "heated_cooled"] as const;

interface Answers {
  zone: string | null;
  product: string | null;
  climate: (typeof CLIMATES)[number] | null;
  control: (typeof CONTROLS)[number] | null;
}

export function Adopt({ goods, onClose }: { goods: ProfileRulesView; onClose: () => void }) {
  const { t } = useTranslation(["rules", "fields"]);
  const [answers, answer] = useState<Answers>({ zone: null, product: null, climate: null, control: null });
  const body: AnswersIn = { goods: goods.key, form: "", ...answers };
  const ready = answers.zone !== null || (answers.climate !== null && answers.control !== null);
  const proposal = ask.useQuery(
    "post",
    "/api/v1/rules/proposal",
    { body },
    { enabled: ready, placeholderData: keepPreviousData, retry: false },
  );
  const set = (some: Partial<Answers>) => answer((before) => ({ ...before, ...some }));
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("adopt.title", { name: goods.name })}
      size="lg"
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <Stack>
        <Text size="sm" c="dimmed">
          {t("adopt.what")}
        </Text>
        <Group grow align="flex-start">
          <Reference
            label={t("adopt.zone")}
            path="/api/v1/zones"
            value={answers.zone}
            onChange={(zone) => set({ zone })}
          />
          <Reference
            label={t("adopt.product")}
            path="/api/v1/products"
            value={answers.product}
            onChange={(product) => set({ product })}
          />
        </Group>
        <Group grow align="flex-start">
          <Select
            label={t("adopt.climate")}
            data={CLIMATES.map((value) => ({ value, label: t(`fields:word.climate_zone.${value}`) }))}
            value={answers.climate}
            onChange={(climate) => set({ climate: climate as Answers["climate"] })}
            clearable
          />
          <Select
            label={t("adopt.control")}
            data={CONTROLS.map((value) => ({ value, label: t(`fields:word.climate_control.${value}`) }))}
            value={answers.control}
            onChange={(control) => set({ control: control as Answers["control"] })}
            clearable
          />
        </Group>
        {!ready && <Text size="sm">{t("adopt.answer")}</Text>}
        {proposal.error && ready && <ErrorNotice problem={proposal.error} />}
        {proposal.isFetching && !proposal.data && <Loading rows={3} />}
        {ready && proposal.data && !proposal.error && (
          <Take proposal={proposal.data} answers={body} onClose={onClose} />
        )}
      </Stack>
    </Modal>
  );
}

interface Taking {
  proposal: ProposedRulesView;
  answers: AnswersIn;
  onClose: () => void;
}

function Take({ proposal, answers, onClose }: Taking) {
  const { t } = useTranslation("rules");
  const go = useNavigate();
  const [reason, say] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  async function adopt() {
    setBusy(true);
    try {
      const body: AdoptIn = {
        ...answers,
        reason: reason.trim(),
        if_edited: proposal.standing === "edited" ? "replace" : "keep",
      };
      const { data } = await api.POST("/api/v1/rules/adopt", { body });
      onClose();
      if (data) void go(to.profile(data.profile));
    } catch (thrown) {
      setProblem(thrown);
    } finally {
      setBusy(false);
    }
  }
  return (
    <Stack>
      <Text fw={600}>{proposal.profile.name}</Text>
      <Text size="sm">{t(`adopt.standing.${proposal.standing}`)}</Text>
      {proposal.cautions.length > 0 && (
        <Alert color="yellow" title={t("adopt.cautions")}>
          <List size="sm">
            {proposal.cautions.map((why) => (
              <List.Item key={why.text}>{why.text}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      <Rules rules={proposal.profile.rules} />
      <Textarea
        label={t("save.reason")}
        required
        value={reason}
        onChange={(event) => say(event.currentTarget.value)}
        autosize
        minRows={2}
        maxLength={500}
      />
      {problem !== null && <ErrorNotice problem={problem} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose} disabled={busy}>
          {t("save.back")}
        </Button>
        <Button onClick={() => void adopt()} loading={busy} disabled={!reason.trim()}>
          {t("adopt.act")}
        </Button>
      </Group>
    </Stack>
  );
}
