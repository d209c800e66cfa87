/** One stay: a device or a lot, where it is, from when to when. What is elsewhere leaves there first. */
import { Alert, Checkbox, Group, SegmentedControl, Select, SimpleGrid, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ifMatch, onceKey } from "@/api/client";
import { useList } from "@/api/lists";
import type { PlacementIn, PlacementView } from "@/api/schema";
import { FormDialog } from "@/parts/FormDialog";
import { Reference } from "@/parts/Reference";
import { localOf, momentOf } from "@/views/setup/lists/values";

const SUBJECTS = { device: "/api/v1/devices", lot: "/api/v1/lots" } as const;
const PLACES = {
  zone: "/api/v1/zones",
  shipment: "/api/v1/shipments",
  equipment: "/api/v1/equipment",
} as const;
/** The beginning of time, as the API has it. */
const EVER = "2001-01-01T00:00:00Z";

interface Props {
  /** null: a new one. */
  kept: PlacementView | null;
  given: { subject: string | null; place: string | null };
  onSaved: () => void;
  onClose: () => void;
}

interface Said {
  subject_kind: PlacementIn["subject_kind"];
  subject: string | null;
  place_kind: PlacementIn["place_kind"];
  place: string | null;
  from: string;
  to: string;
}

function begun(kept: PlacementView | null, given: Props["given"]): Said {
  if (!kept) {
    const from = localOf(new Date().toISOString());
    return { subject_kind: "device", place_kind: "zone", ...given, from, to: "" };
  }
  return {
    subject_kind: kept.subject_kind as Said["subject_kind"],
    subject: kept.subject,
    place_kind: kept.place_kind as Said["place_kind"],
    place: kept.place,
    from: localOf(kept.valid_from),
    to: localOf(kept.valid_to),
  };
}

/** What is sent; a moment that nobody touched stays as exact as it was. */
function bodyOf(said: Said, before: Said, kept: PlacementView | null): PlacementIn {
  const { subject_kind, place_kind, subject, place } = said;
  const from = kept && said.from === before.from ? kept.valid_from : momentOf(said.from);
  const to = kept && said.to === before.to ? kept.valid_to : momentOf(said.to);
  const what = { subject_kind, subject: subject ?? "", place_kind, place: place ?? "" };
  return { ...what, valid_from: from ?? EVER, valid_to: to };
}

export function PlacementForm({ kept, given, onSaved, onClose }: Props) {
  const { t } = useTranslation("setup");
  const [said, say] = useState<Said>(() => begun(kept, given));
  const [before] = useState(() => begun(kept, given));
  const [reason, because] = useState("");
  const [leaves, setLeaves] = useState(true);
  const [once] = useState(onceKey);
  const elsewhere = useElsewhere(kept, said);
  const set = (some: Partial<Said>) => say((was) => ({ ...was, ...some }));
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

  async function send() {
    const query = reason.trim() ? { reason: reason.trim() } : {};
    const body = bodyOf(said, before, kept);
    if (kept) {
      const params = { path: { id: kept.id }, query, header: ifMatch(kept.version) };
      await api.PUT("/api/v1/placements/{id}", { params, body });
    } else {
      if (elsewhere && leaves) await leave(elsewhere, body.valid_from, query);
      await api.POST("/api/v1/placements", { params: { query, header: once }, body });
    }
    onSaved();
  }

  return (
    <FormDialog
      title={t(kept ? "placements.correct" : "placements.add")}
      act={t(kept ? "save" : "placements.add")}
      ready={said.subject !== null && said.place !== null}
      onSend={send}
      onClose={onClose}
    >
      {(faults) => (
        <>
          <SegmentedControl
            aria-label={t("placements.subject")}
            data={(["device", "lot"] as const).map((value) => ({
              value,
              label: t(`placements.kind.${value}`),
            }))}
            value={said.subject_kind}
            disabled={kept !== null}
            onChange={(kind) => set({ subject_kind: kind as Said["subject_kind"], subject: null })}
          />
          <Reference
            key={said.subject_kind}
            label={t(`placements.kind.${said.subject_kind}`)}
            path={SUBJECTS[said.subject_kind]}
            value={said.subject}
            error={faults["subject"]}
            onChange={(subject) => set({ subject })}
            disabled={kept !== null}
            required
          />
          <Group grow align="flex-start">
            <Select
              label={t("placements.where")}
              data={Object.keys(PLACES).map((value) => ({ value, label: t(`placements.kind.${value}`) }))}
              value={said.place_kind}
              allowDeselect={false}
              onChange={(kind) => kind && set({ place_kind: kind as Said["place_kind"], place: null })}
            />
            <Reference
              key={said.place_kind}
              label={t(`placements.kind.${said.place_kind}`)}
              path={PLACES[said.place_kind]}
              value={said.place}
              error={faults["place"]}
              onChange={(place) => set({ place })}
              required
            />
          </Group>
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <Moment
              label={t("placements.from")}
              help={t("placements.from_help")}
              value={said.from}
              error={faults["valid_from"]}
              onChange={(from) => set({ from })}
            />
            <Moment
              label={t("placements.to")}
              help={t("placements.to_help")}
              value={said.to}
              error={faults["valid_to"]}
              onChange={(to) => set({ to })}
            />
          </SimpleGrid>
          <Text size="xs" c="dimmed">
            {t("in_zone", { zone })}
          </Text>
          {elsewhere && (
            <Alert color="orange">
              <Checkbox
                label={t("placements.leaves", { place: elsewhere.place })}
                checked={leaves}
                onChange={(event) => setLeaves(event.currentTarget.checked)}
              />
            </Alert>
          )}
          <TextInput
            label={t("reason")}
            value={reason}
            maxLength={500}
            onChange={(event) => because(event.currentTarget.value)}
          />
        </>
      )}
    </FormDialog>
  );
}

/** Where a device is until further notice, if it is to be placed somewhere else. A lot may lie in several places. */
function useElsewhere(
  kept: PlacementView | null,
  { subject, subject_kind }: Said,
): PlacementView | undefined {
  const asked = kept === null && subject !== null && subject_kind === "device";
  const found = useList("/api/v1/placements", asked ? { subject } : {}, asked);
  return asked
    ? found.items.find(({ valid_to, subject: of }) => valid_to === null && of === subject)
    : undefined;
}

/** The stay before ends where the new one begins. */
function leave(stay: PlacementView, at: string, query: { reason?: string }) {
  const { subject, place, valid_from } = stay;
  const body: PlacementIn = {
    subject_kind: stay.subject_kind as PlacementIn["subject_kind"],
    subject,
    place_kind: stay.place_kind as PlacementIn["place_kind"],
    place,
    valid_from,
    valid_to: at,
  };
  const params = { path: { id: stay.id }, query, header: ifMatch(stay.version) };
  return api.PUT("/api/v1/placements/{id}", { params, body });
}

interface MomentProps {
  label: string;
  help: string;
  value: string;
  error: string | undefined;
  onChange: (local: string) => void;
}

function Moment({ label, help, value, error, onChange }: MomentProps) {
  return (
    <TextInput
      type="datetime-local"
      label={label}
      description={help}
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
