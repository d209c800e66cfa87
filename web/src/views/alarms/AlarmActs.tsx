/** What one can do to an alarm as it stands, and is allowed to. */
import { Button } from "@mantine/core";
import { Check, CirclePause, CirclePlay, Scale, UserCheck } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { AlarmFull } from "@/api/schema";
import { ConfirmWithReason } from "@/parts/ConfirmWithReason";
import { useSession } from "@/shell/session";
import { type ActName, actOn } from "@/views/alarms/acts";
import { Decide } from "@/views/alarms/Decide";
import { Shelve } from "@/views/alarms/Shelve";

const ICONS = {
  acknowledge: Check,
  shelve: CirclePause,
  "confirm-shelving": UserCheck,
  unshelve: CirclePlay,
  decide: Scale,
};

/** The acts that make sense now. Whoever asked for a shelving cannot be its second person. */
function useActs(alarm: AlarmFull): ActName[] {
  const { may, person, name } = useSession();
  const self = person ? `person:${person}` : name;
  const { shelf } = alarm;
  const found: [ActName, boolean][] = [
    ["acknowledge", alarm.condition.endsWith("_unacked") && may("alarms.acknowledge")],
    ["decide", alarm.latched && may("lots.status")],
    ["confirm-shelving", Boolean(shelf?.waits_for_second) && shelf?.by !== self && may("alarms.shelve")],
    ["shelve", alarm.active && shelf === null && may("alarms.shelve")],
    ["unshelve", shelf !== null && may("alarms.shelve")],
  ];
  return found.filter(([, sensible]) => sensible).map(([act]) => act);
}

export function AlarmActs({ alarm }: { alarm: AlarmFull }) {
  const { t } = useTranslation("alarms");
  const [doing, start] = useState<ActName>();
  const acts = useActs(alarm);
  const close = () => start(undefined);
  return (
    <>
      {acts.map((act, i) => {
        const Icon = ICONS[act];
        return (
          <Button
            key={act}
            {...(i > 0 ? { variant: "default" } : {})}
            leftSection={<Icon aria-hidden size={16} />}
            onClick={() => start(act)}
          >
            {t(`act.${act}`)}
          </Button>
        );
      })}
      <Said alarm={alarm} act="acknowledge" opened={doing === "acknowledge"} onClose={close} />
      <Said alarm={alarm} act="confirm-shelving" opened={doing === "confirm-shelving"} onClose={close} />
      <Said alarm={alarm} act="unshelve" opened={doing === "unshelve"} onClose={close} />
      <Shelve alarm={alarm} opened={doing === "shelve"} onClose={close} />
      <Decide alarm={alarm} opened={doing === "decide"} onClose={close} />
    </>
  );
}

interface SaidProps {
  alarm: AlarmFull;
  act: "acknowledge" | "confirm-shelving" | "unshelve";
  opened: boolean;
  onClose: () => void;
}

/** Acts that need no more than a sentence. */
function Said({ alarm, act, opened, onClose }: SaidProps) {
  const { t } = useTranslation("alarms");
  const send = (said: string) =>
    act === "acknowledge" ? actOn(alarm, act, { comment: said }) : actOn(alarm, act, { reason: said });
  return (
    <ConfirmWithReason
      opened={opened}
      title={t(`act.${act}`)}
      act={t(`act.${act}`)}
      reason="optional"
      onConfirm={send}
      onClose={onClose}
    >
      {t(`what.${act}`)}
    </ConfirmWithReason>
  );
}
