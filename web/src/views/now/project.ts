/** Where places stand on a schematic map: their positions, projected so that they fill it, and moved apart where they would cover each other. */

export const WIDTH = 1000;
export const HEIGHT = 640;
const EDGE = 90;
/** Nearer than this, two markers cover each other. */
const APART = 58;
const ROUNDS = 80;
/** Degrees that are shown at least: one site, or some in one town, do not fill the earth. */
const LEAST_DEG = 0.5;
const STEPS_DEG = [0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30];
const MOST_LINES = 7;

export interface Located {
  key: string;
  latitude: number;
  longitude: number;
}

export interface Spot {
  key: string;
  x: number;
  y: number;
}

/** A line of equal latitude or longitude. */
export interface GridLine {
  axis: "latitude" | "longitude";
  at: number;
  degrees: number;
}

export interface Plan {
  spots: Spot[];
  lines: GridLine[];
}

interface Frame {
  x: (longitude: number) => number;
  y: (latitude: number) => number;
  west: number;
  east: number;
  south: number;
  north: number;
}

/** The longitude at which the earth is cut open: in the middle of the widest stretch without a place. */
export function cutOf(longitudes: number[]): number {
  const sorted = [...longitudes].sort((a, b) => a - b);
  let widest = { gap: -1, at: -180 };
  sorted.forEach((longitude, i) => {
    const next = sorted[i + 1] ?? (sorted[0] ?? 0) + 360;
    if (next - longitude > widest.gap)
      widest = { gap: next - longitude, at: longitude + (next - longitude) / 2 };
  });
  return widest.at;
}

function wrapped(longitude: number, cut: number): number {
  return longitude - 360 * Math.floor((longitude - cut) / 360);
}

function frameOf(places: Located[]): Frame {
  const latitudes = places.map((one) => one.latitude);
  const longitudes = places.map((one) => one.longitude);
  const middle = { x: between(longitudes), y: between(latitudes) };
  // A degree of longitude is shorter than one of latitude, the more so towards the poles.
  const narrow = Math.max(Math.cos((middle.y * Math.PI) / 180), 0.15);
  const wide = Math.max(spanOf(longitudes) * narrow, LEAST_DEG);
  const high = Math.max(spanOf(latitudes), LEAST_DEG);
  const scale = Math.min((WIDTH - 2 * EDGE) / wide, (HEIGHT - 2 * EDGE) / high);
  return {
    x: (longitude) => WIDTH / 2 + (longitude - middle.x) * narrow * scale,
    y: (latitude) => HEIGHT / 2 - (latitude - middle.y) * scale,
    west: middle.x - WIDTH / 2 / scale / narrow,
    east: middle.x + WIDTH / 2 / scale / narrow,
    south: Math.max(middle.y - HEIGHT / 2 / scale, -90),
    north: Math.min(middle.y + HEIGHT / 2 / scale, 90),
  };
}

function spanOf(values: number[]): number {
  return Math.max(...values) - Math.min(...values);
}

function between(values: number[]): number {
  return (Math.max(...values) + Math.min(...values)) / 2;
}

function linesOf(
  axis: GridLine["axis"],
  from: number,
  to: number,
  place: (degrees: number) => number,
): GridLine[] {
  const step = STEPS_DEG.find((one) => (to - from) / one <= MOST_LINES) ?? 45;
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.floor(to / step) - first + 1 }, (_, n) => {
    const degrees = Number(((first + n) * step).toFixed(2));
    return { axis, at: place(degrees), degrees: axis === "longitude" ? wrapped(degrees, -180) : degrees };
  });
}

/** Push those apart that cover each other; who stands alone stays where it is. */
export function movedApart(spots: Spot[]): Spot[] {
  const moved = spots.map((one) => ({ ...one }));
  for (let round = 0; round < ROUNDS; round += 1) {
    if (!pushed(moved)) break;
  }
  return moved;
}

function pushed(spots: Spot[]): boolean {
  let any = false;
  spots.forEach((one, i) => {
    for (let next = i + 1; next < spots.length; next += 1) {
      const other = spots[next] as Spot;
      const [dx, dy] = [other.x - one.x, other.y - one.y];
      if (Math.abs(dx) >= APART || Math.abs(dy) >= APART) continue;
      const far = Math.sqrt(dx * dx + dy * dy);
      if (far >= APART) continue;
      any = true;
      part(one, other, far, far > 0.01 ? Math.atan2(dy, dx) : i * 2.4);
    }
  });
  return any;
}

/** Two at the very same place part in a direction of their own. */
function part(one: Spot, other: Spot, far: number, angle: number): void {
  const by = (APART - far) / 2 + 0.5;
  one.x = within(one.x - Math.cos(angle) * by, WIDTH);
  one.y = within(one.y - Math.sin(angle) * by, HEIGHT);
  other.x = within(other.x + Math.cos(angle) * by, WIDTH);
  other.y = within(other.y + Math.sin(angle) * by, HEIGHT);
}

function within(value: number, most: number): number {
  return Math.min(Math.max(value, EDGE / 2), most - EDGE / 2);
}

/** The map of these places; without places there is none. */
export function planOf(places: Located[]): Plan {
  if (places.length === 0) return { spots: [], lines: [] };
  const cut = cutOf(places.map((one) => one.longitude));
  const turned = places.map((one) => ({ ...one, longitude: wrapped(one.longitude, cut) }));
  const frame = frameOf(turned);
  const spots = turned.map(({ key, latitude, longitude }) => ({
    key,
    x: frame.x(longitude),
    y: frame.y(latitude),
  }));
  return {
    spots: movedApart(spots),
    lines: [
      ...linesOf("longitude", frame.west, frame.east, frame.x),
      ...linesOf("latitude", frame.south, frame.north, frame.y),
    ],
  };
}
