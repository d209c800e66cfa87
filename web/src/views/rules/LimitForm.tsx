/** Everything that one limit says: for a new one, and for what the table has no room for. */
import { MultiSelect, NumberInput, Select, SimpleGrid, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ProfileBandIn } from "@/api/schema";
import { FormDialog } from "@/parts/FormDialog";
import { Stretch } from "@/parts/Seconds";
import { Allowed, NO_ALLOWANCE } from "@/views/rules/Allowed";
import { SEVERITIES } from "@/views/rules/LimitInputs";
import { useUnit } from "@/views/rules/Limits";

const STAGES = ["storage", "loading", "transport", "arrived"] as const;
const NAME = "[a-z0-9][a-z0-9_\\-]{0,63}";
const FREEZING = "freeze_thaw";
const KINETIC = "mean_kinetic_temperature";
/** Quantities that are judged over a longer time need to know over which. */
const OVER_TIME = new Set(["time_of_wetness", FREEZING, "rate_of_change", KINETIC]);
const DAY_S = 86_400;

/** As a new limit begins. */
export const NEW_LIMIT: ProfileBandIn = {
  band: "",
  quantity: "temperature",
  side: "high",
  limit: 25,
  deadband: 0.5,
  on_delay_s: 600,
  min_samples: 2,
  severity: "alarm",
  budget_s: 0,
  window_s: 0,
  cycles: 0,
  off: "",
  source: "",
};

interface Props {
  /** null: a new one. */
  band: ProfileBandIn | null;
  /** Names of other limits of the profile. */
  taken: string[];
  onSaid: (band: ProfileBandIn) => void;
  onClose: () => void;
}

export function LimitForm({ band, taken, onSaid, onClose }: Props) {
  const { t } = useTranslation("rules");
  const [said, say] = useState<ProfileBandIn>(band ?? NEW_LIMIT);
  const [named, name] = useState(band?.band ?? "");
  const set = (some: Partial<ProfileBandIn>) => say((before) => ({ ...before, ...some }));
  const key = named.trim() || freeName(said, taken);
  const clash = taken.includes(key);
  return (
    <FormDialog
      title={t(band ? "limit.of" : "limit.new", { band: key })}
      act={t(band ? "limit.take" : "limit.add")}
      size="lg"
      ready={!clash && (said.budget_s === 0 || said.window_s > 0)}
      onSend={async () => onSaid({ ...said, band: key })}
      onClose={onClose}
    >
      {() => (
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          {!band && (
            <TextInput
              label={t("limit.name")}
              description={t("limit.name_help")}
              placeholder={key}
              pattern={NAME}
              value={named}
              error={clash && t("limit.taken")}
              onChange={(event) => name(event.currentTarget.value)}
            />
          )}
          <Judged said={said} set={set} />
          <Calling said={said} set={set} />
          <InAll said={said} set={set} />
          <Else said={said} set={set} />
        </SimpleGrid>
      )}
    </FormDialog>
  );
}

/** A name that says what it is about, and that no other limit has. */
function freeName({ quantity, side }: ProfileBandIn, taken: string[]): string {
  const stem = `${quantity.replaceAll("_", "-")}-${side}`.slice(0, 60);
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? stem : `${stem}-${n}`;
    if (!taken.includes(name)) return name;
  }
}

interface Saying {
  said: ProfileBandIn;
  set: (some: Partial<ProfileBandIn>) => void;
}

/** What is measured, and beyond which figure it is too much. */
function Judged({ said, set }: Saying) {
  const { t, i18n } = useTranslation(["rules", "words"]);
  const unit = useUnit(said.quantity);
  const known = (i18n.getResource(i18n.language, "words", "quantity") ?? {}) as Record<string, string>;
  const quantities = Object.entries({ [said.quantity]: said.quantity, ...known });
  const data = quantities.map(([value, label]) => ({ value, label }));
  return (
    <>
      <Select
        label={t("column.quantity")}
        data={data.sort((a, b) => a.label.localeCompare(b.label, i18n.language))}
        value={said.quantity}
        searchable
        allowDeselect={false}
        onChange={(quantity) => quantity && set(suited(said, quantity))}
      />
      <Select
        label={t("column.side")}
        data={(["high", "low"] as const).map((value) => ({ value, label: t(`side.${value}`) }))}
        value={said.side}
        allowDeselect={false}
        onChange={(side) => side && set({ side: side as ProfileBandIn["side"] })}
      />
      <NumberInput
        label={t("column.limit")}
        suffix={unit && ` ${unit}`}
        value={said.limit}
        onChange={(limit) => typeof limit === "number" && set({ limit })}
        required
      />
      <NumberInput
        label={t("column.deadband")}
        description={t("limit.deadband_help")}
        suffix={unit && ` ${unit}`}
        min={0}
        value={said.deadband}
        onChange={(deadband) => typeof deadband === "number" && set({ deadband })}
      />
    </>
  );
}

/** What goes with a quantity: those over a longer time have a window, and only some know cycles or what they may speak for. */
function suited({ window_s, side }: ProfileBandIn, quantity: string): Partial<ProfileBandIn> {
  const over = OVER_TIME.has(quantity);
  return {
    quantity,
    side: quantity === FREEZING ? "low" : over ? "high" : side,
    window_s: over ? window_s || DAY_S : 0,
    budget_s: 0,
    cycles: 0,
    allowed: null,
  };
}

/** When somebody is called, and how urgently. */
function Calling({ said, set }: Saying) {
  const { t } = useTranslation(["rules", "words"]);
  return (
    <>
      <Stretch
        label={t("column.delay")}
        description={t("limit.delay_help")}
        value={said.on_delay_s}
        onChange={(on_delay_s) => set({ on_delay_s: on_delay_s ?? 0 })}
      />
      <NumberInput
        label={t("column.min_samples")}
        description={t("limit.min_samples_help")}
        min={1}
        allowDecimal={false}
        value={said.min_samples}
        onChange={(min_samples) => typeof min_samples === "number" && set({ min_samples })}
      />
      <Select
        label={t("column.severity")}
        data={SEVERITIES.map((value) => ({ value, label: t(`words:severity.${value}`) }))}
        value={said.severity}
        allowDeselect={false}
        onChange={(severity) => severity && set({ severity: severity as ProfileBandIn["severity"] })}
      />
      <MultiSelect
        label={t("limit.stages")}
        description={t("limit.stages_help")}
        data={STAGES.map((value) => ({ value, label: t(`stage.${value}`) }))}
        value={said.stages ?? []}
        onChange={(stages) => set({ stages: stages as NonNullable<ProfileBandIn["stages"]> })}
      />
    </>
  );
}

/** Limits that judge no single event: time in all, cycles, and what a mean may speak for. */
function InAll({ said, set }: Saying) {
  const { t } = useTranslation("rules");
  const over = OVER_TIME.has(said.quantity);
  return (
    <>
      {!over && (
        <Stretch
          label={t("limit.budget")}
          description={t("limit.budget_help")}
          value={said.budget_s || null}
          onChange={(budget) => set({ budget_s: budget ?? 0, window_s: budget ? said.window_s || DAY_S : 0 })}
        />
      )}
      {(over || said.budget_s > 0) && (
        <Stretch
          label={t("limit.window")}
          value={said.window_s || null}
          onChange={(window_s) => set({ window_s: window_s ?? 0 })}
        />
      )}
      {said.quantity === FREEZING && (
        <NumberInput
          label={t("limit.cycles")}
          min={0}
          allowDecimal={false}
          value={said.cycles}
          onChange={(cycles) => typeof cycles === "number" && set({ cycles })}
        />
      )}
      {said.quantity === KINETIC && (
        <Allowed value={said.allowed ?? null} onChange={(allowed) => set({ allowed })} begin={NO_ALLOWANCE} />
      )}
    </>
  );
}

/** Where the figure comes from, and whether it is on. */
function Else({ said, set }: Saying) {
  const { t } = useTranslation("rules");
  return (
    <>
      <TextInput
        label={t("limit.source")}
        description={t("limit.source_help")}
        maxLength={500}
        value={said.source}
        onChange={(event) => set({ source: event.currentTarget.value })}
      />
      <TextInput
        label={t("limit.off")}
        description={t("limit.off_help")}
        maxLength={500}
        value={said.off}
        onChange={(event) => set({ off: event.currentTarget.value })}
      />
    </>
  );
}
