/** One profile: its limits as they are, how to change them after a trial, and how they came to be. */
import { Alert, Button, Group, Stack, Text, Title } from "@mantine/core";
import { Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { api, ask as asking, ifMatch } from "@/api/client";
import { queries } from "@/api/queries";
import type { Profile, ProfileVersionIn } from "@/api/schema";
import { to } from "@/links";
import { ConfirmWithReason } from "@/parts/ConfirmWithReason";
import { useFormat } from "@/parts/format";
import { PageHead } from "@/parts/PageHead";
import { Empty } from "@/parts/states/Empty";
import { Loading } from "@/parts/states/Loading";
import { TimeText } from "@/parts/TimeText";
import { Failed } from "@/shell/Failed";
import { useSession } from "@/shell/session";
import { EditLimits } from "@/views/rules/EditLimits";
import { History } from "@/views/rules/History";
import { Limits } from "@/views/rules/Limits";
import { versionAt } from "@/views/rules/limits";
import { useNoteOf } from "@/views/rules/note";
import { ProfileForm } from "@/views/rules/ProfileForm";
import { ALWAYS_MS, useNameOf } from "@/views/rules/Rules";

export default function ProfileView() {
  const { key = "" } = useParams();
  const { data, error, refetch } = asking.useQuery("get", "/api/v1/profiles/{key}", {
    params: { path: { key } },
  });
  if (data) return <Shown profile={data} />;
  return error ? <Failed problem={error} again={() => void refetch()} /> : <Loading />;
}

function Shown({ profile }: { profile: Profile }) {
  const { t } = useTranslation("rules");
  const { may } = useSession();
  const go = useNavigate();
  const [params] = useSearchParams();
  const name = useNameOf(profile);
  const begun = params.has("edit") && may("registry.write");
  const [editing, edit] = useState<Profile | null>(begun ? profile : null);
  const [saved, setSaved] = useState(false);
  const present = versionAt(profile, Date.now());
  const limits = present?.limits ?? [];
  return (
    <>
      <PageHead
        title={name}
        actions={
          !editing && (
            <Acts
              profile={profile}
              name={name}
              onEdit={() => {
                setSaved(false);
                edit(profile);
              }}
            />
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
              void go(to.profile(profile.key), { replace: true });
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

/** What may be done with a profile: other names, another end, other limits. */
function Acts({ profile, name, onEdit }: { profile: Profile; name: string; onEdit: () => void }) {
  const { t } = useTranslation("rules");
  const { may } = useSession();
  const go = useNavigate();
  const [asked, ask] = useState<"about" | "remove" | null>(null);
  if (!may("registry.write")) return null;
  return (
    <>
      <Button variant="default" leftSection={<Trash2 aria-hidden size={16} />} onClick={() => ask("remove")}>
        {t("remove.act")}
      </Button>
      <Button variant="default" onClick={() => ask("about")}>
        {t("about.title")}
      </Button>
      <Button leftSection={<Pencil aria-hidden size={16} />} onClick={onEdit}>
        {t("edit")}
      </Button>
      {asked === "about" && (
        <ProfileForm profile={profile} onSaved={() => ask(null)} onClose={() => ask(null)} />
      )}
      <ConfirmWithReason
        opened={asked === "remove"}
        title={t("remove.title", { name })}
        act={t("remove.act")}
        danger
        onConfirm={(reason) => remove(profile, reason)}
        onClose={() => ask(null)}
        onDone={() => void go(to.rules(), { replace: true })}
      >
        {t("remove.what")}
      </ConfirmWithReason>
    </>
  );
}

async function remove(profile: Profile, reason: string) {
  const params = { path: { key: profile.key }, query: { reason }, header: ifMatch(profile.version) };
  await api.DELETE("/api/v1/profiles/{key}", { params });
  void queries.invalidateQueries({ queryKey: ["list", "/api/v1/profiles"] });
}

function About({ profile, present }: { profile: Profile; present: ProfileVersionIn | undefined }) {
  const { t } = useTranslation("rules");
  const note = useNoteOf(profile);
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
      {note && <span>{note}</span>}
    </Group>
  );
}

/** What a version asks of the measuring itself. */
function Watching({ version }: { version: ProfileVersionIn }) {
  const { t } = useTranslation(["rules", "words", "fields"]);
  const format = useFormat();
  const stretch = (seconds: number | null | undefined) => seconds && format.duration(seconds * 1_000);
  const people = version.named_people;
  const asks = [
    [t("asks.interval"), stretch(version.interval_s)],
    [t("asks.unwatched"), stretch(version.unwatched_s)],
    [t("asks.lag"), stretch(version.lag_s)],
    ...Object.entries(version.lags ?? {}).map(([form, lag]) => [t("asks.lag_in", { form }), stretch(lag)]),
    [t("asks.named_people"), people && format.number(people)],
    ...Object.entries(version.accuracy ?? {}).map(([quantity, figure]) => [
      t("asks.accuracy_of", { quantity: t(`words:quantity.${quantity}`, quantity) }),
      `± ${format.value(figure, t(`fields:unit.${quantity}`, ""), 2)}`,
    ]),
  ].filter(([, said]) => said);
  if (asks.length === 0) return null;
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {t("asks.title")}
      </Title>
      <Group gap="xl">
        {asks.map(([name, said]) => (
          <div key={name}>
            <Text size="sm" c="dimmed">
              {name}
            </Text>
            <Text fw={600}>{said}</Text>
          </div>
        ))}
      </Group>
    </section>
  );
}
