/** Panning and zooming by pointer, wheel, pinch and keys. The picture moves at once; new data is asked for when it rests. */
import type uPlot from "uplot";
import type { Range } from "@/parts/chart/nouns";

const REST_MS = 180;
const ZOOM = 1.25;
const STEP = 0.1;
const LEAST_S = 10;

/** A range moved by a share of its length. */
export function panned([from, to]: Range, share: number): Range {
  const by = (to - from) * share;
  return [from + by, to + by];
}

/** A range made `factor` times as long about the point at `share` of its length; never shorter than ten seconds. */
export function zoomed([from, to]: Range, factor: number, share = 0.5): Range {
  const length = Math.max((to - from) * factor, LEAST_S);
  const about = from + (to - from) * share;
  return [about - length * share, about + length * (1 - share)];
}

const KEYS: Record<string, (range: Range) => Range> = {
  ArrowLeft: (range) => panned(range, -STEP),
  ArrowRight: (range) => panned(range, STEP),
  "+": (range) => zoomed(range, 1 / ZOOM),
  "=": (range) => zoomed(range, 1 / ZOOM),
  "-": (range) => zoomed(range, ZOOM),
};

/** Let a plot be moved; `onRest` hears where it came to rest. Returns how to end it. */
export function movable(u: uPlot, onRest: (range: Range) => void): () => void {
  const over = u.over;
  const pointers = new Map<number, number>();
  let timer: number | undefined;

  function range(): Range {
    return [u.scales["x"]?.min ?? 0, u.scales["x"]?.max ?? 1];
  }
  function show(next: Range): void {
    u.setScale("x", { min: next[0], max: next[1] });
    window.clearTimeout(timer);
    timer = window.setTimeout(() => onRest(range()), REST_MS);
  }
  function share(clientX: number): number {
    const box = over.getBoundingClientRect();
    return Math.min(1, Math.max(0, (clientX - box.left) / box.width));
  }
  function move(event: PointerEvent): void {
    const before = pointers.get(event.pointerId);
    if (before === undefined) return;
    const others = [...pointers].filter(([id]) => id !== event.pointerId).map(([, x]) => x);
    const other = others[0];
    pointers.set(event.pointerId, event.clientX);
    if (other === undefined) show(panned(range(), (before - event.clientX) / over.clientWidth));
    else
      show(
        zoomed(
          range(),
          Math.max(20, Math.abs(before - other)) / Math.max(20, Math.abs(event.clientX - other)),
          share(other),
        ),
      );
  }

  const heard: [EventTarget, string, (event: never) => void, AddEventListenerOptions?][] = [
    [
      over,
      "pointerdown",
      (event: PointerEvent) => {
        pointers.set(event.pointerId, event.clientX);
        over.setPointerCapture(event.pointerId);
      },
    ],
    [over, "pointermove", move],
    [over, "pointerup", (event: PointerEvent) => pointers.delete(event.pointerId)],
    [over, "pointercancel", (event: PointerEvent) => pointers.delete(event.pointerId)],
    [
      over,
      "wheel",
      (event: WheelEvent) => {
        if (!event.ctrlKey && !event.metaKey && !event.shiftKey) return;
        event.preventDefault();
        show(
          event.shiftKey
            ? panned(range(), Math.sign(event.deltaY || event.deltaX) * STEP)
            : zoomed(range(), event.deltaY > 0 ? ZOOM : 1 / ZOOM, share(event.clientX)),
        );
      },
      { passive: false },
    ],
    [
      u.root,
      "keydown",
      (event: KeyboardEvent) => {
        const change = KEYS[event.key];
        if (!change) return;
        event.preventDefault();
        show(change(range()));
      },
    ],
  ];
  for (const [target, name, listener, options] of heard)
    target.addEventListener(name, listener as EventListener, options);
  return () => {
    window.clearTimeout(timer);
    for (const [target, name, listener] of heard) target.removeEventListener(name, listener as EventListener);
  };
}
