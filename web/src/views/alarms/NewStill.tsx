/** A new maintenance window, or something that is taken out of service: what, from when to when, and why. */
import { Select, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, onceKey } from "@/api/client";
import { useList } from "@/api/lists";
import type { WindowIn } from "@/api/schema";
import { ConfirmWithReason } from "@/parts/ConfirmWithReason";
import { refresh } from "@/views/alarms/Maintenance";

const KINDS = {
  window: ["zone", "site", "gateway", "device", "equipment"],
  out: ["device", "gateway", "equipment"],
};
const HOUR_MS = 3_600_000;

interface Props {
  sort: "window" | "out";
  opened: boolean;
  onClose: () => void;
}

/** As an input of a time takes it, by the clock of this device. */
function local(ms: number): string {
  const at = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return at.toISOString().slice(0, 16);
}

/** What of a kind there is. A device goes by its full name. */
function useThings(kind: string, enabled: boolean): { value: string; label: string }[] {
  const most = { limit: 1000 };
  const sites = useList("/api/v1/sites", most, enabled && kind === "site");
  const zones = useList("/api/v1/zones", most, enabled && kind === "zone");
  const gateways = useList("/api/v1/gateways", most, enabled && kind === "gateway");
  const equipment = useList("/api/v1/equipment", most, enabled && kind === "equipment");
  const devices = useList("/api/v1/devices", most, enabled && kind === "device");
  if (kind === "device")
    return devices.items.map(({ name, gateway, device }) => {
      const value = device ? `${gateway}/${device}` : gateway;
      return { value, label: name ? `${name} (${value})` : value };
    });
  const found = { site: sites, zone: zones, gateway: gateways, equipment }[kind];
  return (found?.items ?? []).map(({ key, name }) => ({
    value: key,
    label: name ? `${name} (${key})` : key,
  }));
}

export function NewStill({ sort, opened, onClose }: Props) {
  const { t } = useTranslation("alarms");
  const key = `${sort} ${opened}`;
  return <Form key={key} sort={sort} opened={opened} onClose={onClose} title={t(`new.${sort}`)} />;
}

function Form({ sort, opened, onClose, title }: Props & { title: string }) {
  const { t } = useTranslation("alarms");
  const [once] = useState(onceKey);
  const [kind, setKind] = useState(KINDS[sort][0] ?? "");
  const [what, setWhat] = useState<string | null>(null);
  const [defrost, setDefrost] = useState<WindowIn["sort"]>("maintenance");
  const [start, setStart] = useState(() => local(Date.now()));
  const [end, setEnd] = useState(() => local(Date.now() + 2 * HOUR_MS));
  const things = useThings(kind, opened);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

  async function add(reason: string) {
    const subject = `${kind}:${what ?? ""}`;
    const params = { header: once };
    if (sort === "out") await api.POST("/api/v1/out-of-service", { params, body: { subject, reason } });
    else {
      const times = { start: new Date(start).toISOString(), end: new Date(end).toISOString() };
      await api.POST("/api/v1/maintenance", { params, body: { sort: defrost, subject, reason, ...times } });
    }
    refresh();
  }
  return (
    <ConfirmWithReason
      opened={opened}
      title={title}
      act={t(`new.${sort}_act`)}
      onConfirm={add}
      onClose={onClose}
    >
      <Stack gap="sm">
        <Text size="sm">{t(`new.${sort}_what`)}</Text>
        <Select
          label={t("new.kind")}
          data={KINDS[sort].map((value) => ({ value, label: t(`subject.${value}`) }))}
          value={kind}
          onChange={(value) => {
            setKind(value ?? kind);
            setWhat(null);
          }}
          allowDeselect={false}
        />
        <Select label={t("new.which")} data={things} value={what} onChange={setWhat} searchable required />
        {sort === "window" && (
          <>
            <Select
              label={t("new.sort")}
              data={(["maintenance", "defrost"] as const).map((value) => ({
                value,
                label: t(`sort.${value}`),
              }))}
              value={defrost ?? null}
              onChange={(value) => setDefrost(value as WindowIn["sort"])}
              allowDeselect={false}
            />
            <Moment label={t("new.start")} zone={zone} value={start} onValue={setStart} />
            <Moment label={t("new.end")} zone={zone} value={end} onValue={setEnd} />
          </>
        )}
      </Stack>
    </ConfirmWithReason>
  );
}

interface MomentProps {
  label: string;
  zone: string;
  value: string;
  onValue: (value: string) => void;
}

function Moment({ label, zone, value, onValue }: MomentProps) {
  const { t } = useTranslation("alarms");
  return (
    <TextInput
      type="datetime-local"
      label={label}
      description={t("new.zone", { zone })}
      value={value}
      onChange={(event) => onValue(event.currentTarget.value)}
      required
    />
  );
}
