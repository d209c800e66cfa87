/** Changing limits: figures, then a trial over what was measured, then the reason; nothing is saved before. */
import { Alert, Button, Checkbox, Group, Paper, Radio, Stack, Text, Textarea, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ifMatch } from "@/api/client";
import { asProblem } from "@/api/problem";
import { queries } from "@/api/queries";
import type { Profile, ProfileBandIn } from "@/api/schema";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { useSession } from "@/shell/session";
import { Limits } from "@/views/rules/Limits";
import { changed, type Edits, edited, type Since, tried, versionAt } from "@/views/rules/limits";
import { Trial } from "@/views/rules/Trial";

interface Props {
  profile: Profile;
  /** Somebody else has changed it meanwhile: as it is now. */
  newer: Profile | null;
  onAnew: () => void;
  onClose: (saved: boolean) => void;
}

export function EditLimits({ profile, newer, onAnew, onClose }: Props) {
  const { may } = useSession();
  const [edits, setEdits] = useState<Edits>({});
  const [seen, setSeen] = useState("");
  const limits = versionAt(profile, Date.now())?.limits ?? [];
  const wanted = changed(limits, edits);
  const said = JSON.stringify(wanted);
  const trials = Object.entries(wanted).flatMap(([band, edit]) => {
    const change = tried(edit);
    return Object.keys(change).length > 0 ? [{ rule: `${profile.key}/${band}`, change }] : [];
  });
  const change = (band: string, edit: Partial<ProfileBandIn>) =>
    setEdits((before) => ({ ...before, [band]: { ...before[band], ...edit } }));

  return (
    <Stack gap="lg">
      {newer && <Conflict onAnew={onAnew} />}
      <Limits limits={limits} editing={{ edits: wanted, change }} />
      {may("rules.try") && (
        <Trial key={said} trials={trials} changed={said !== "{}"} onSeen={() => setSeen(said)} />
      )}
      <Save
        profile={profile}
        edits={wanted}
        tried={trials.length === 0 || seen === said}
        onClose={onClose}
        ready={said !== "{}" && newer === null}
      />
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

interface Saving {
  profile: Profile;
  edits: Edits;
  tried: boolean;
  ready: boolean;
  onClose: (saved: boolean) => void;
}

function Save({ profile, edits, tried: looked, ready, onClose }: Saving) {
  const { t } = useTranslation("rules");
  const [reason, say] = useState("");
  const [since, choose] = useState<Since>("now");
  const [untried, allow] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const path = { key: profile.key };

  async function save() {
    setBusy(true);
    try {
      await api.PUT("/api/v1/profiles/{key}", {
        params: { path, query: { reason: reason.trim() }, header: ifMatch(profile.version) },
        body: edited(profile, edits, since, Date.now()),
      });
      onClose(true);
      void queries.invalidateQueries({ queryKey: ["get", "/api/v1/profiles/{key}"] });
      void queries.invalidateQueries({ queryKey: ["list", "/api/v1/events"] });
    } catch (thrown) {
      setProblem(thrown);
      // Somebody was quicker: what is kept is asked for, and the view says so.
      if (asProblem(thrown).status === 412)
        void queries.invalidateQueries({ queryKey: ["get", "/api/v1/profiles/{key}"] });
    } finally {
      setBusy(false);
    }
  }

  return (
    <Paper
      withBorder
      p="md"
      component="form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Stack>
        <Title order={2} size="h4">
          {t("save.title")}
        </Title>
        <Radio.Group value={since} onChange={(value) => choose(value as Since)} label={t("save.since")}>
          <Stack gap="xs" mt={4}>
            <Radio value="now" label={t("save.now")} description={t("save.now_why")} />
            <Radio value="begin" label={t("save.begin")} description={t("save.begin_why")} />
          </Stack>
        </Radio.Group>
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
          <Button type="submit" loading={busy} disabled={!ready || !reason.trim() || !(looked || untried)}>
            {t("save.act")}
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}
