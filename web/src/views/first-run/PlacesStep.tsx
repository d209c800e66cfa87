/** Name the places: a site where the goods are, and its zones. */
import { Anchor, Button, Group, NumberInput, Select, Stack, Text, TextInput, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api } from "@/api/client";
import { to } from "@/links";
import { IF_NEW, useActing } from "@/parts/acting";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { keyFrom } from "@/views/first-run/keys";
import type { There } from "@/views/first-run/progress";

const ZONES = Intl.supportedValuesOf("timeZone");
const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone;

export function PlacesStep({ there }: { there: There }) {
  const { t } = useTranslation("first-run");
  return (
    <Stack>
      {there.sites.length > 0 && (
        <ul aria-label={t("places.there")}>
          {there.sites.map((site) => (
            <li key={site.key}>
              <Anchor component={Link} to={to.site(site.key)}>
                {site.name || site.key}
              </Anchor>
              {": "}
              {there.zones
                .filter((zone) => zone.site === site.key)
                .map((zone) => zone.name || zone.key)
                .join(", ") || t("places.no_zones")}
            </li>
          ))}
        </ul>
      )}
      {there.sites.length > 0 && <NewZone there={there} />}
      <NewSite taken={there.sites.map(({ key }) => key)} />
    </Stack>
  );
}

function NewSite({ taken }: { taken: string[] }) {
  const { t } = useTranslation("first-run");
  const [name, setName] = useState("");
  const [zone, setZone] = useState(HERE);
  const [latitude, setLatitude] = useState<number | string>("");
  const [longitude, setLongitude] = useState<number | string>("");
  const { busy, problem, act } = useActing();
  const degrees = (value: number | string) => (typeof value === "number" ? value : null);
  async function add() {
    await api.PUT("/api/v1/sites/{key}", {
      params: { path: { key: keyFrom(name, "site", taken) }, header: IF_NEW },
      body: {
        name: name.trim(),
        region: "",
        time_zone: zone,
        latitude: degrees(latitude),
        longitude: degrees(longitude),
      },
    });
    setName("");
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void act(add, "/api/v1/sites", "/api/v1/overview");
      }}
    >
      <Title order={3} size="h5" mb="xs">
        {taken.length === 0 ? t("places.first_site") : t("places.another_site")}
      </Title>
      <Group align="flex-end">
        <TextInput
          label={t("places.site_name")}
          required
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Select
          label={t("places.time_zone")}
          data={ZONES.includes(HERE) ? ZONES : [HERE, ...ZONES]}
          value={zone}
          onChange={(value) => value && setZone(value)}
          searchable
          allowDeselect={false}
        />
        <NumberInput
          label={t("places.latitude")}
          value={latitude}
          onChange={setLatitude}
          min={-90}
          max={90}
          hideControls
          w={120}
        />
        <NumberInput
          label={t("places.longitude")}
          value={longitude}
          onChange={setLongitude}
          min={-180}
          max={180}
          hideControls
          w={120}
        />
        <Button type="submit" loading={busy} variant={taken.length === 0 ? "filled" : "default"}>
          {t("places.add_site")}
        </Button>
      </Group>
      <Text size="xs" c="dimmed" mt={4}>
        {t("places.position_why")}
      </Text>
      {problem !== null && <ErrorNotice problem={problem} />}
    </form>
  );
}

function NewZone({ there }: { there: There }) {
  const { t } = useTranslation("first-run");
  const [name, setName] = useState("");
  const [chosen, choose] = useState<string>();
  const { busy, problem, act } = useActing();
  const site = chosen ?? there.sites.at(-1)?.key ?? "";
  const taken = there.zones.map(({ key }) => key);
  async function add() {
    await api.PUT("/api/v1/zones/{key}", {
      params: { path: { key: keyFrom(name, "zone", taken) }, header: IF_NEW },
      body: { name: name.trim(), site, kind: "room", climate_control: "none" },
    });
    setName("");
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void act(add, "/api/v1/zones", "/api/v1/overview");
      }}
    >
      <Title order={3} size="h5" mb="xs">
        {taken.length === 0 ? t("places.first_zone") : t("places.another_zone")}
      </Title>
      <Group align="flex-end">
        <TextInput
          label={t("places.zone_name")}
          description={t("places.zone_why")}
          required
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Select
          label={t("places.site")}
          data={there.sites.map(({ key, name: called }) => ({ value: key, label: called || key }))}
          value={site}
          onChange={(value) => value && choose(value)}
          allowDeselect={false}
        />
        <Button type="submit" loading={busy}>
          {t("places.add_zone")}
        </Button>
      </Group>
      {problem !== null && <ErrorNotice problem={problem} />}
    </form>
  );
}
