/** A small curve on paper: the band from lowest to highest, the mean, limits while they held, gaps as gaps. */
import type { BucketsView, CountedView } from "@/api/schema";
import { pictureOf } from "@/parts/chart/answered";
import { endLabels } from "@/parts/chart/axes";
import { extent } from "@/parts/chart/columns";
import type { Curve as CurveData, Limit, Values } from "@/parts/chart/nouns";
import { useStatesOf } from "@/parts/chart/two";
import { useFormat } from "@/parts/format";
import style from "@/views/report/Sheet.module.css";
import type { Times } from "@/views/report/times";

const WIDTH = 700;
const HEIGHT = 130;
const LEFT = 58;
const BOTTOM = 18;
const TOP = 6;

interface Props {
  answer: BucketsView;
  /** When the point counted: what it showed elsewhere is not drawn. */
  counted: CountedView[];
  limits: Limit[];
  times: Times;
  label: string;
}

type Point = [number, number];

/** The runs of values without a gap, as points; undefined is drawn over, null is a gap. */
export function runs(time: number[], values: Values): Point[][] {
  const found: Point[][] = [[]];
  values.forEach((value, i) => {
    if (value === undefined) return;
    if (value === null) found.push([]);
    else found.at(-1)?.push([time[i] ?? 0, value]);
  });
  return found.filter((run) => run.length > 0);
}

/** A run in which each value holds until the next. */
export function steps(run: Point[]): Point[] {
  return run.flatMap(([at, value], i): Point[] => {
    const before = run[i - 1];
    return before
      ? [
          [at, before[1]],
          [at, value],
        ]
      : [[at, value]];
  });
}

export function Curve({ answer, counted, limits, times, label }: Props) {
  const format = useFormat();
  const spans = counted.map((one) => ({ from: Date.parse(one.from) / 1000, to: Date.parse(one.to) / 1000 }));
  const statesOf = useStatesOf();
  const parts = spans.map((within) => pictureOf(answer, { quantity: String, states: statesOf }, within));
  const time = parts[0]?.time ?? [];
  const curves = parts.flatMap((part) => part.curves);
  const [first, last] = [(time[0] ?? 0) - answer.width_s / 2, (time.at(-1) ?? 1) + answer.width_s / 2];
  const [low, high] = extent({ time, curves, limits });
  const x = (at: number) => LEFT + ((at - first) / (last - first)) * (WIDTH - LEFT);
  const y = (value: number) => TOP + ((high - value) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  const { unit = "", states } = curves[0] ?? {};
  const ends = endLabels([first, last], format, times.clock);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className={style["curve"]} role="img" aria-label={label}>
      {(states ? [0, 1] : [low, (low + high) / 2, high]).map((value) => (
        <g key={value}>
          <line x1={LEFT} x2={WIDTH} y1={y(value)} y2={y(value)} stroke="#ddd" />
          <text
            x={LEFT - 6}
            y={y(value) + (value === high ? 9 : value === low ? 0 : 4)}
            textAnchor="end"
            fontSize={11}
            fill="#444"
          >
            {states?.[value] ?? format.value(value, unit)}
          </text>
        </g>
      ))}
      {curves.map((curve) => (
        <Drawn key={curve.key} curve={curve} time={time} x={x} y={y} low={low} />
      ))}
      {limits.map((limit) => (
        <g key={`${limit.label} ${limit.side} ${limit.from}`}>
          <line
            x1={x(Math.max(limit.from ?? first, first))}
            x2={x(Math.min(limit.to ?? last, last))}
            y1={y(limit.value)}
            y2={y(limit.value)}
            stroke="#b01818"
            strokeDasharray={limit.severity === "critical" ? undefined : "6 4"}
          />
          <text
            x={WIDTH - 4}
            y={y(limit.value) + (limit.side === "high" ? -3 : 11)}
            textAnchor="end"
            fontSize={10}
            fill="#b01818"
          >
            {limit.label}
          </text>
        </g>
      ))}
      <text x={LEFT} y={HEIGHT - 4} fontSize={11} fill="#444">
        {ends[0]}
      </text>
      <text x={WIDTH} y={HEIGHT - 4} textAnchor="end" fontSize={11} fill="#444">
        {ends[1]}
      </text>
    </svg>
  );
}

interface DrawnProps {
  curve: CurveData;
  time: number[];
  x: (at: number) => number;
  y: (value: number) => number;
  /** The lowest value that is drawn. */
  low: number;
}

function Drawn({ curve, time, x, y, low }: DrawnProps) {
  const drawn = (values: Values) => (curve.states ? runs(time, values).map(steps) : runs(time, values));
  const [means, lows, highs] = [drawn(curve.mean), drawn(curve.min), drawn(curve.max)];
  const floor = y(low);
  const doubted = (curve.suspect ?? []).flatMap((each, i) => {
    const value = curve.mean[i];
    return each ? [[time[i] ?? 0, typeof value === "number" ? y(value) : floor] as const] : [];
  });
  const text = (points: Point[]) =>
    points.map(([at, value]) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
  return (
    <g>
      {highs.map((run, i) => (
        <polygon
          key={run[0]?.[0]}
          points={`${text(run)} ${text([...(lows[i] ?? [])].reverse())}`}
          fill="#0b6e75"
          fillOpacity={0.22}
        />
      ))}
      {means.map((run) =>
        run.length === 1 ? (
          <circle key={run[0]?.[0]} cx={x(run[0]?.[0] ?? 0)} cy={y(run[0]?.[1] ?? 0)} r={2} fill="#0b6e75" />
        ) : (
          <polyline key={run[0]?.[0]} points={text(run)} fill="none" stroke="#0b6e75" strokeWidth={1.4} />
        ),
      )}
      {doubted.map(([at, height]) => (
        <circle key={at} cx={x(at)} cy={height} r={3} fill="#fff" stroke="#0b6e75" strokeWidth={1.4} />
      ))}
    </g>
  );
}
