/** What is told of the moment under the pointer: the time, and every curve's figures then. */
import type uPlot from "uplot";
import type { Colours } from "@/parts/chart/colours";
import type { Curve, Picture, Values } from "@/parts/chart/nouns";
import style from "@/parts/chart/Plot.module.css";
import { toldState } from "@/parts/chart/two";
import type { Format } from "@/parts/format";

export interface Words {
  nothing: string;
  doubted: string;
}

/** Where the value lies that is drawn at a place: the nearest one that a line leads to; undefined in a gap. */
export function nearest(values: Values, at: number): number | undefined {
  if (typeof values[at] === "number") return at;
  if (values[at] === null) return undefined;
  for (let away = 1; away < values.length; away += 1) {
    const [before, after] = [values[at - away], values[at + away]];
    if (typeof before === "number") return at - away;
    if (typeof after === "number") return at + away;
    if (before === null && after === null) return undefined;
  }
  return undefined;
}

/** A curve's figures at a place: `4.8 °C (4.1 … 5.2)`. */
export function told(curve: Curve, at: number, format: Format, words: Words): string {
  const found = nearest(curve.mean, at);
  if (found === undefined) return curve.suspect?.[at] ? words.doubted : words.nothing;
  const [low, high] = [curve.min[found], curve.max[found]];
  if (curve.states) return toldState(curve.states, low, high);
  const mean = format.value(curve.mean[found], curve.unit, 2);
  const band = low === high ? "" : ` (${format.value(low, "", 2)} … ${format.value(high, "", 2)})`;
  return `${mean}${band}${curve.suspect?.[found] ? ` · ${words.doubted}` : ""}`;
}

/** The place in a picture's time that is nearest to a moment. */
export function placeOf(time: number[], at: number): number {
  let [low, high] = [0, time.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((time[middle] ?? 0) <= at) low = middle;
    else high = middle;
  }
  return Math.abs((time[high] ?? 0) - at) < Math.abs((time[low] ?? 0) - at) ? high : low;
}

function line(text: string, colour?: string): HTMLElement {
  const row = document.createElement("div");
  if (colour) {
    const dot = document.createElement("span");
    dot.className = style["dot"] ?? "";
    dot.style.background = colour;
    row.append(dot);
  }
  row.append(text);
  return row;
}

/** A box that follows the pointer; give what it returns to uPlot's hook `setCursor`. */
export function readout(
  picture: Picture,
  colours: Colours,
  format: Format,
  zone: string | undefined,
  words: Words,
): (u: uPlot) => void {
  const box = document.createElement("div");
  box.className = style["readout"] ?? "";
  box.setAttribute("aria-hidden", "true");
  return (u) => {
    const left = u.cursor.left ?? -1;
    if (left < 0 || picture.time.length === 0) {
      box.remove();
      return;
    }
    const at = placeOf(picture.time, u.posToVal(left, "x"));
    const moment = new Date((picture.time[at] ?? 0) * 1000).toISOString();
    const rows = picture.curves.map((curve, n) =>
      line(
        `${curve.label}  ${told(curve, at, format, words)}`,
        colours.curves[n % colours.curves.length] ?? colours.text,
      ),
    );
    box.replaceChildren(line(format.moment(moment, zone)), ...rows);
    box.dataset["side"] = left < u.over.clientWidth / 2 ? "right" : "left";
    if (!box.isConnected) u.over.append(box);
  };
}
