/** Quantities that have two states only, 0 and 1: what the states are called. */
import type { TFunction } from "i18next";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Values } from "@/parts/chart/nouns";

/** The names of 0 and of 1. */
export type States = readonly [string, string];

const TWO = ["door", "mains_power", "running"] as const;

/** What the states of a quantity are called; undefined for whatever has figures. */
export function statesOf(t: TFunction<"states">, quantity: string): States | undefined {
  const found = TWO.find((one) => one === quantity);
  return found && [t(`two.${found}.off`), t(`two.${found}.on`)];
}

/** `statesOf` in the language of the page. */
export function useStatesOf(): (quantity: string) => States | undefined {
  const { t } = useTranslation("states");
  return useCallback((quantity) => statesOf(t, quantity), [t]);
}

type Value = Values[number];

/** What the lowest and the highest of a stretch say together: one state, or one after the other. */
export function toldState([off, on]: States, low: Value, high: Value): string {
  if (typeof low !== "number" || typeof high !== "number") return "–";
  if (low < 0.5 && high >= 0.5) return `${off} … ${on}`;
  return high < 0.5 ? off : on;
}
