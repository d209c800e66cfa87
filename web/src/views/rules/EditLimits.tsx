/** Changing limits: figures, then a trial over what was measured, then the reason; nothing is saved before. */
import { Alert, Button, Checkbox, Group, Stack, Text, Textarea } from "@mantine/core";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ifMatch } from "@/api/client";
import { asProblem } from "@/api/problem";
import { queries } from "@/api/queries";
import type { Profile, ProfileBandIn, ProfileVersionIn } from "@/api/schema";
import { useActing } from "@/parts/acting";
import { Section } from "@/parts/Section";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { useSession } from "@/shell/session";
import { LimitForm } from "@/views/rules/LimitForm";
import { EditableLimits } from "@/views/rules/Limits";
import { edited, type Since } from "@/views/rules/limits";
import { MeasuringInputs } from "@/views/rules/MeasuringInputs";
import { Trial } from "@/views/rules/Trial";
import { useDraft } from "@/views/rules/useDraft";
import { ValidFrom } from "@/views/rules/ValidFrom";

interface Props {
  profile: Profile;
  /** Somebody else has changed it meanwhile: as it is now. */
  newer: Profile | null;
  onAnew: () => void;
  onClose: (saved: boolean) => void;
}

export function EditLimits({ profile, newer, onAnew, onClose }: Props) {
  const { t } = useTranslation("rules");
  const { may } = useSession();
  const draft = useDraft(profile);
  const [seen, setSeen] = useState("");
  const [form, open] = useState<ProfileBandIn | "new" | null>(null);
  const said = JSON.stringify(draft.trials);
  const others = [...draft.limits, ...draft.draft].map(({ band }) => band);

  return (
    <Stack gap="lg">
      {newer && <Conflict onAnew={onAnew} />}
      <Stack gap="xs">
        {draft.limits.length + draft.draft.length > 0 && (
          <EditableLimits
            limits={draft.limits}
            editing={{ ...draft, onMore: open, onRemove: draft.remove, onBack: draft.put }}
          />
        )}
        <Group>
          <Button variant="default" leftSection={<Plus aria-hidden size={16} />} onClick={() => open("new")}>
            {t("limit.new")}
          </Button>
        </Group>
      </Stack>
      <MeasuringInputs version={draft.asks} onChange={draft.ask} />
      {may("rules.try") && (
        <Trial key={said} trials={draft.trials} changed={draft.changed} onSeen={() => setSeen(said)} />
      )}
      <Save
        profile={profile}
        anew={draft.anew}
        tried={draft.trials.length === 0 || seen === said}
        onClose={onClose}
        ready={draft.changed && newer === null}
      />
      {form && (
        <LimitForm
          band={form === "new" ? null : form}
          taken={form === "new" ? others : others.filter((band) => band !== form.band)}
          onSaid={(band) => {
            draft.put(band);
            open(null);
          }}
          onClose={() => open(null)}
        />
      )}
    </Stack>
  );
}

/** What was edited is no longer what is kept. */
function Conflict({ onAnew }: { onAnew: () => void }) {
  const { t } = useTranslation("rules");
  return (
    <Alert color="orange" title={t("conflict.title")} role="alert">
      <Stack align="flex-start" gap="xs">
        <Text size="sm">{t("conflict.detail")}</Text>
        <Button size="xs" variant="default" onClick={onAnew}>
          {t("conflict.anew")}
        </Button>
      </Stack>
    </Alert>
  );
}

/** What is asked for again when limits were saved. */
const TOUCHED = ["/api/v1/profiles/{key}", "/api/v1/profiles", "/api/v1/events"];

interface Saving {
  profile: Profile;
  anew: Partial<ProfileVersionIn>;
  tried: boolean;
  ready: boolean;
  onClose: (saved: boolean) => void;
}

function Save({ profile, anew, tried: looked, ready, onClose }: Saving) {
  const { t } = useTranslation("rules");
  const [reason, say] = useState("");
  const [since, choose] = useState<Since | undefined>("now");
  const [untried, allow] = useState(false);
  const { busy, problem, act } = useActing();
  const path = { key: profile.key };

  async function save() {
    if (since === undefined) return;
    try {
      await api.PUT("/api/v1/profiles/{key}", {
        params: { path, query: { reason: reason.trim() }, header: ifMatch(profile.version) },
        body: edited(profile, anew, since, Date.now()),
      });
      onClose(true);
    } catch (thrown) {
      // Somebody was quicker: what is kept is asked for, and the view says so.
      if (asProblem(thrown).status === 412)
        void queries.invalidateQueries({ queryKey: ["get", "/api/v1/profiles/{key}"] });
      throw thrown;
    }
  }

  return (
    <Section title={t("save.title")} onSend={() => act(save, ...TOUCHED)}>
      <Stack>
        <ValidFrom onChange={choose} />
        <Textarea
          label={t("save.reason")}
          description={t("save.reason_why")}
          required
          autosize
          minRows={2}
          maxLength={500}
          value={reason}
          onChange={(event) => say(event.currentTarget.value)}
        />
        {!looked && ready && (
          <Checkbox
            checked={untried}
            onChange={(event) => allow(event.currentTarget.checked)}
            label={t("save.untried")}
          />
        )}
        {problem !== null && <ErrorNotice problem={problem} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={() => onClose(false)} disabled={busy}>
            {t("save.back")}
          </Button>
          <Button
            type="submit"
            loading={busy}
            disabled={!ready || since === undefined || !reason.trim() || !(looked || untried)}
          >
            {t("save.act")}
          </Button>
        </Group>
      </Stack>
    </Section>
  );
}
