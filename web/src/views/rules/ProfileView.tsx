/** One profile: its limits as they are, how to change them after a trial, and how they came to be. */
import { Alert, Button, Group, Stack, Text, Title } from "@mantine/core";
import { Pencil } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { ask } from "@/api/client";
import type { Profile, ProfileVersionIn } from "@/api/schema";
import { useFormat } from "@/parts/format";
import { PageHead } from "@/parts/PageHead";
import { Empty } from "@/parts/states/Empty";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";
import { TimeText } from "@/parts/TimeText";
import { useSession } from "@/shell/session";
import { EditLimits } from "@/views/rules/EditLimits";
import { History } from "@/views/rules/History";
import { Limits } from "@/views/rules/Limits";
import { versionAt } from "@/views/rules/limits";
import { ALWAYS_MS, useNameOf } from "@/views/rules/Rules";

export default function ProfileView() {
  const { key = "" } = useParams();
  const { data, error, refetch } = ask.useQuery("get", "/api/v1/profiles/{key}", {
    params: { path: { key } },
  });
  if (data) return <Shown profile={data} />;
  return error ? <ErrorNotice problem={error} again={() => void refetch()} /> : <Loading />;
}

function Shown({ profile }: { profile: Profile }) {
  const { t } = useTranslation("rules");
  const { may } = useSession();
  const [editing, edit] = useState<Profile | null>(null);
  const [saved, setSaved] = useState(false);
  const present = versionAt(profile, Date.now());
  const limits = present?.limits ?? [];
  return (
    <>
      <PageHead
        title={useNameOf(profile)}
        actions={
          may("registry.write") &&
          limits.length > 0 &&
          !editing && (
            <Button
              leftSection={<Pencil aria-hidden size={16} />}
              onClick={() => {
                setSaved(false);
                edit(profile);
              }}
            >
              {t("edit")}
            </Button>
          )
        }
      >
        <About profile={profile} present={present} />
      </PageHead>
      <Stack gap="lg">
        {saved && (
          <Alert
            color="green"
            role="status"
            withCloseButton
            closeButtonLabel={t("close")}
            onClose={() => setSaved(false)}
          >
            {t("saved")}
          </Alert>
        )}
        {editing ? (
          <EditLimits
            profile={editing}
            newer={profile.version === editing.version ? null : profile}
            onAnew={() => edit(profile)}
            onClose={(done) => {
              setSaved(done);
              edit(null);
            }}
          />
        ) : limits.length > 0 ? (
          <Limits limits={limits} />
        ) : (
          <Empty title={t("no_limits")}>{t("no_limits_why")}</Empty>
        )}
        {present && !editing && <Watching version={present} />}
        {may("events.read") && !editing && <History subject={`profile:${profile.key}`} />}
      </Stack>
    </>
  );
}

function About({ profile, present }: { profile: Profile; present: ProfileVersionIn | undefined }) {
  const { t } = useTranslation("rules");
  const always = present && Date.parse(present.valid_from) <= ALWAYS_MS;
  return (
    <Group gap="md">
      <span>{profile.key}</span>
      {profile.form && <span>{profile.form}</span>}
      {present && (
        <span>
          {t("column.since")}: {always ? t("always") : <TimeText at={present.valid_from} show="absolute" />}
        </span>
      )}
      {profile.note && <span>{profile.note}</span>}
    </Group>
  );
}

/** What a version asks of the measuring itself. */
function Watching({ version }: { version: ProfileVersionIn }) {
  const { t } = useTranslation("rules");
  const format = useFormat();
  const asks: [string, number | null | undefined][] = [
    ["interval", version.interval_s],
    ["unwatched", version.unwatched_s],
    ["lag", version.lag_s],
  ];
  const told = asks.filter(([, seconds]) => seconds !== null && seconds !== undefined);
  if (told.length === 0) return null;
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {t("asks.title")}
      </Title>
      <Group gap="xl">
        {told.map(([name, seconds]) => (
          <div key={name}>
            <Text size="sm" c="dimmed">
              {t(`asks.${name}`)}
            </Text>
            <Text fw={600}>{format.duration((seconds ?? 0) * 1_000)}</Text>
          </div>
        ))}
      </Group>
    </section>
  );
}
