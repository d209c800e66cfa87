/** Rules: the profiles, what each watches and who changed it last; proposals and the catalogue beside them. */
import { Anchor, Button, Stack, Tabs, Text } from "@mantine/core";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { useList } from "@/api/lists";
import type { Profile } from "@/api/schema";
import { to } from "@/links";
import { type Column, DataTable } from "@/parts/DataTable";
import { useFilters } from "@/parts/filters";
import { PageHead } from "@/parts/PageHead";
import { Empty } from "@/parts/states/Empty";
import { TimeText } from "@/parts/TimeText";
import { useSession } from "@/shell/session";
import { Catalogue } from "@/views/rules/Catalogue";
import { versionAt } from "@/views/rules/limits";
import { ProfileForm } from "@/views/rules/ProfileForm";
import { Proposals } from "@/views/rules/Proposals";

const KINDS = { tab: "text" } as const;

export default function Rules() {
  const { t } = useTranslation("rules");
  const { may } = useSession();
  const go = useNavigate();
  const [making, make] = useState(false);
  const [{ tab = "profiles" }, change] = useFilters(KINDS);
  return (
    <>
      <PageHead
        title={t("title")}
        actions={
          may("registry.write") && (
            <Button leftSection={<Plus aria-hidden size={16} />} onClick={() => make(true)}>
              {t("about.new")}
            </Button>
          )
        }
      >
        {t("what")}
      </PageHead>
      {making && (
        <ProfileForm
          profile={null}
          onSaved={(key) => void go(`${to.profile(key)}?edit`)}
          onClose={() => make(false)}
        />
      )}
      <Tabs
        value={tab}
        onChange={(chosen) => change({ tab: chosen === "profiles" ? undefined : (chosen ?? undefined) })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="profiles">{t("tab.profiles")}</Tabs.Tab>
          <Tabs.Tab value="proposals">{t("tab.proposals")}</Tabs.Tab>
          <Tabs.Tab value="catalogue">{t("tab.catalogue")}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="profiles">
          <Profiles onCatalogue={() => change({ tab: "catalogue" })} />
        </Tabs.Panel>
        <Tabs.Panel value="proposals">
          <Proposals decide={may("models.manage")} />
        </Tabs.Panel>
        <Tabs.Panel value="catalogue">
          <Catalogue adopt={may("registry.write")} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

function Profiles({ onCatalogue }: { onCatalogue: () => void }) {
  const { t } = useTranslation("rules");
  const list = useList("/api/v1/profiles", {});
  const columns: Column<Profile>[] = [
    { key: "name", head: t("column.profile"), cell: (one) => <Named profile={one} /> },
    { key: "form", head: t("column.form"), cell: (one) => one.form || "–" },
    { key: "limits", head: t("column.limits"), cell: (one) => <Watched profile={one} /> },
    { key: "since", head: t("column.since"), cell: (one) => <Since profile={one} /> },
  ];
  return (
    <DataTable
      list={list}
      columns={columns}
      rowKey={(one) => one.id}
      label={t("tab.profiles")}
      empty={
        <Empty title={t("none")} action={<Button onClick={onCatalogue}>{t("to_catalogue")}</Button>}>
          {t("none_why")}
        </Empty>
      }
      card={(one) => (
        <Stack gap={4}>
          <Named profile={one} />
          <Watched profile={one} />
          <Since profile={one} />
        </Stack>
      )}
    />
  );
}

function Named({ profile }: { profile: Profile }) {
  const name = useNameOf(profile);
  return (
    <Stack gap={0}>
      <Anchor component={Link} to={to.profile(profile.key)} fw={600}>
        {name}
      </Anchor>
      {name !== profile.key && (
        <Text size="xs" c="dimmed">
          {profile.key}
        </Text>
      )}
    </Stack>
  );
}

/** What a profile is called in the reader's language. */
export function useNameOf(profile: { key: string; name: string; name_zh: string }): string {
  const { i18n } = useTranslation();
  return (i18n.language === "zh" ? profile.name_zh || profile.name : profile.name) || profile.key;
}

function Watched({ profile }: { profile: Profile }) {
  const { t } = useTranslation(["rules", "words"]);
  const limits = versionAt(profile, Date.now())?.limits ?? [];
  const on = limits.filter((one) => !one.off);
  const quantities = [...new Set(on.map((one) => t(`words:quantity.${one.quantity}`, one.quantity)))];
  return (
    <Stack gap={0}>
      <span>{t("n_limits", { count: on.length })}</span>
      <Text size="xs" c="dimmed">
        {quantities.join(" · ")}
      </Text>
    </Stack>
  );
}

function Since({ profile }: { profile: Profile }) {
  const { t } = useTranslation("rules");
  const version = versionAt(profile, Date.now());
  if (!version) return <Text c="dimmed">{t("no_version")}</Text>;
  const always = Date.parse(version.valid_from) <= ALWAYS_MS;
  return always ? t("always") : <TimeText at={version.valid_from} />;
}

/** The beginning of time, as the API has it: 2001-01-01. */
export const ALWAYS_MS = 978_307_200_000;
