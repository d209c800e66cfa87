/** A figure as a bar, and where it should be. */
import { Group, Text } from "@mantine/core";
import type { ReactNode } from "react";
import style from "./Gauge.module.css";

interface Props {
  name: string;
  /** The figure as it is written. */
  told: ReactNode;
  value: number;
  /** Where it should be. */
  target: number;
  /** The same in words: "at most 6". */
  aim: string;
  /** Which side of the target is good. */
  good: "below" | "above" | "near";
  /** The right end of the bar. */
  most: number;
}

const NEAR = 0.1;

function isGood({ value, target, good }: Pick<Props, "value" | "target" | "good">): boolean {
  if (good === "near") return Math.abs(value - target) <= NEAR;
  return good === "below" ? value <= target : value >= target;
}

export function Gauge({ name, told, value, target, aim, good, most }: Props) {
  const end = Math.max(most, value, target) || 1;
  const share = (figure: number) => `${Math.min(100, (figure / end) * 100)}%`;
  return (
    <div>
      <Group justify="space-between" gap="xs" wrap="nowrap" align="baseline">
        <Text size="sm">{name}</Text>
        <Text size="sm" fw={600}>
          {told}
        </Text>
      </Group>
      <div className={style["bar"]} aria-hidden>
        <i data-tone={isGood({ value, target, good }) ? "good" : "warning"} style={{ width: share(value) }} />
        <b style={{ insetInlineStart: share(target) }} />
      </div>
      <Text size="xs" c="dimmed">
        {aim}
      </Text>
    </div>
  );
}
