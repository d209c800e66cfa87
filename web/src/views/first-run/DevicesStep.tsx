/** Place the devices: those that were heard, each with a name and where it hangs. */
import { Anchor, Button, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { MapPin } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, onceKey } from "@/api/client";
import { to } from "@/links";
import { IF_NEW, useActing } from "@/parts/acting";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { keyFrom } from "@/views/first-run/keys";
import type { There } from "@/views/first-run/progress";

const PLAIN = { model: "", serial: "", shared: false, read_out: false };
/** What it has said so far belongs to the zone, too. */
const SINCE_EVER = "2001-01-01T00:00:00Z";

interface Heard {
  /** `gateway/device`, as its series go by it. */
  full: string;
  gateway: string;
  device: string;
}

function heardOf(there: There): Heard[] {
  const found = new Map<string, Heard>();
  for (const { device: full, gateway } of there.series)
    if (full.startsWith(`${gateway}/`))
      found.set(full, { full, gateway, device: full.slice(gateway.length + 1) });
  return [...found.values()];
}

export function DevicesStep({ there }: { there: There }) {
  const { t } = useTranslation("first-run");
  const heard = heardOf(there);
  if (heard.length === 0) return <Text>{t("devices.none")}</Text>;
  if (there.zones.length === 0) return <Text>{t("devices.no_zones")}</Text>;
  return (
    <Stack component="ul" gap="md" p={0} m={0} style={{ listStyle: "none" }} aria-label={t("devices.heard")}>
      {heard.map((one) => (
        <li key={one.full}>
          <OneDevice there={there} heard={one} />
        </li>
      ))}
    </Stack>
  );
}

function OneDevice({ there, heard }: { there: There; heard: Heard }) {
  const { t } = useTranslation("first-run");
  const registered = there.devices.find(
    ({ gateway, device, key }) => gateway === heard.gateway && (device || key) === heard.device,
  );
  const placed = there.placed.find(({ subject }) => subject === registered?.key);
  const [name, setName] = useState("");
  const [chosen, choose] = useState<string>();
  const [once] = useState(onceKey);
  const { busy, problem, act } = useActing();
  const zone = chosen ?? there.zones[0]?.key ?? "";
  async function place() {
    let key = registered?.key;
    if (key === undefined) {
      key = keyFrom(
        heard.device,
        "device",
        there.devices.map((one) => one.key),
      );
      await api.PUT("/api/v1/devices/{key}", {
        params: { path: { key }, header: IF_NEW },
        body: { ...PLAIN, gateway: heard.gateway, device: heard.device, name: name.trim() },
      });
    }
    await api.POST("/api/v1/placements", {
      params: { header: once },
      body: { subject_kind: "device", subject: key, place_kind: "zone", place: zone, valid_from: SINCE_EVER },
    });
  }
  if (placed && registered)
    return (
      <Group gap="xs">
        <MapPin aria-hidden size={16} />
        <Text>
          {t("devices.placed", { device: registered.name || heard.full })}{" "}
          <Anchor component={Link} to={to.zone(placed.place)}>
            {there.zones.find(({ key }) => key === placed.place)?.name || placed.place}
          </Anchor>
        </Text>
      </Group>
    );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void act(place, "/api/v1/devices", "/api/v1/placements", "/api/v1/overview");
      }}
    >
      <Group align="flex-end">
        <Text fw={600} pb={8}>
          {heard.full}
        </Text>
        <TextInput
          label={t("devices.name")}
          placeholder={registered?.name || heard.device}
          disabled={registered !== undefined}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Select
          label={t("devices.zone")}
          data={there.zones.map(({ key, name: called }) => ({ value: key, label: called || key }))}
          value={zone}
          onChange={(value) => value && choose(value)}
          allowDeselect={false}
        />
        <Button type="submit" loading={busy}>
          {t("devices.place")}
        </Button>
      </Group>
      {problem !== null && <ErrorNotice problem={problem} />}
    </form>
  );
}
