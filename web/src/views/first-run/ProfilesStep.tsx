/** Choose what has to hold in a zone: the goods, and from them the rules with their reasons, to be looked at before they hold. */
import { Alert, Button, Group, List, Select, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ask } from "@/api/client";
import { useList } from "@/api/lists";
import type { ProfileRulesView } from "@/api/schema";
import { useActing } from "@/parts/acting";
import { useFormat } from "@/parts/format";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";
import type { There } from "@/views/first-run/progress";

const CLIMATES = [
  "severe_cold",
  "cold",
  "hot_summer_cold_winter",
  "hot_summer_warm_winter",
  "temperate",
] as const;
const CONTROLS = ["none", "heated", "cooled", "heated_cooled"] as const;
type Climate = (typeof CLIMATES)[number];
type Control = (typeof CONTROLS)[number];

/** What holds already, by its name in the reader's language. */
function Held({ zones }: { zones: There["zones"] }) {
  const { t, i18n } = useTranslation("first-run");
  const profiles = useList("/api/v1/profiles", {}, zones.length > 0);
  const named = new Map(
    profiles.items.map(({ key, name, name_zh }) => [
      key,
      (i18n.language === "zh" ? name_zh || name : name) || key,
    ]),
  );
  if (zones.length === 0) return null;
  return (
    <ul aria-label={t("profiles.there")}>
      {zones.map(({ key, name, profile }) => (
        <li key={key}>
          {t("profiles.has", { zone: name || key, profile: named.get(profile ?? "") ?? profile })}
        </li>
      ))}
    </ul>
  );
}

export function ProfilesStep({ there }: { there: There }) {
  const { t } = useTranslation("first-run");
  const { i18n } = useTranslation();
  const catalogue = ask.useQuery("get", "/api/v1/catalogue/profiles", {
    params: { header: { "accept-language": i18n.language } },
  });
  const open = there.zones.filter(({ profile }) => !profile);
  const [chosen, chooseZone] = useState<string>();
  const [goods, chooseGoods] = useState<string | null>(null);
  const [climate, chooseClimate] = useState<Climate | null>(null);
  const [control, chooseControl] = useState<Control>("none");
  const { busy, problem, act } = useActing();
  const zone = there.zones.find(({ key }) => key === chosen) ?? open[0] ?? there.zones[0];
  const site = there.sites.find(({ key }) => key === zone?.site);
  const located = site?.climate || (site?.latitude ?? null) !== null;
  const profile = catalogue.data?.items.find(({ key }) => key === goods);

  if (!zone) return <Text>{t("profiles.no_zones")}</Text>;
  if (catalogue.error)
    return <ErrorNotice problem={catalogue.error} again={() => void catalogue.refetch()} />;
  if (!catalogue.data) return <Loading rows={3} />;
  const adopt = () =>
    api.POST("/api/v1/rules/adopt", {
      body: {
        goods,
        zone: zone.key,
        control,
        ...(climate ? { climate } : {}),
        form: "",
        if_edited: "keep",
        reason: t("profiles.reason"),
      },
    });
  return (
    <Stack>
      <Held zones={there.zones.filter(({ profile: has }) => has)} />
      <Group align="flex-end">
        <Select
          label={t("profiles.zone")}
          data={there.zones.map(({ key, name }) => ({ value: key, label: name || key }))}
          value={zone.key}
          onChange={(value) => value && chooseZone(value)}
          allowDeselect={false}
        />
        <Select
          label={t("profiles.goods")}
          data={catalogue.data.items.map(({ key, name }) => ({ value: key, label: name }))}
          value={goods}
          onChange={chooseGoods}
          searchable
        />
        <Select
          label={t("profiles.control")}
          data={CONTROLS.map((value) => ({ value, label: t(`profiles.controls.${value}`) }))}
          value={control}
          onChange={(value) => value && chooseControl(value as Control)}
          allowDeselect={false}
        />
        {!located && (
          <Select
            label={t("profiles.climate")}
            data={CLIMATES.map((value) => ({ value, label: t(`profiles.climates.${value}`) }))}
            value={climate}
            onChange={(value) => chooseClimate(value as Climate | null)}
          />
        )}
        <Button
          loading={busy}
          disabled={!goods || !(located || climate)}
          onClick={() => void act(adopt, "/api/v1/zones", "/api/v1/profiles")}
        >
          {t("profiles.adopt")}
        </Button>
      </Group>
      {problem !== null && <ErrorNotice problem={problem} />}
      {profile && <Rules profile={profile} />}
    </Stack>
  );
}

/** What would hold, before anything does. */
function Rules({ profile }: { profile: ProfileRulesView }) {
  const { t } = useTranslation(["first-run", "words"]);
  const format = useFormat();
  return (
    <Alert title={t("profiles.typical", { name: profile.name })} color="gray">
      <List size="sm">
        {profile.rules
          .filter(({ off }) => !off)
          .map((rule) => (
            <List.Item key={`${rule.quantity} ${rule.side} ${rule.band}`}>
              {t(`profiles.rule.${rule.side}`, {
                quantity: t(`words:quantity.${rule.quantity}`, rule.quantity),
                limit: format.value(rule.limit, rule.unit),
                severity: t(`words:severity.${rule.severity}`, rule.severity),
              })}
            </List.Item>
          ))}
      </List>
      <Text size="xs" mt="xs">
        {profile.note}
      </Text>
    </Alert>
  );
}
