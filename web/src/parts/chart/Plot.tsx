/** The picture itself, drawn by uPlot; fetched only when a view has a chart. */
import { useComputedColorScheme } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { alone } from "@/parts/chart/alone";
import { digitsOf, TIME_PX, timeLabels } from "@/parts/chart/axes";
import { type Colours, coloursOf } from "@/parts/chart/colours";
import { columns, extent, PER_CURVE, PER_FORECAST } from "@/parts/chart/columns";
import { drawOver, drawUnder } from "@/parts/chart/drawing";
import { movable } from "@/parts/chart/moving";
import type { Picture, Range } from "@/parts/chart/nouns";
import style from "@/parts/chart/Plot.module.css";
import { readout, type Words } from "@/parts/chart/readout";
import { type Format, useFormat } from "@/parts/format";

export interface PlotProps {
  picture: Picture;
  /** What is shown; changing it moves the picture. */
  range: Range;
  /** Where the reader has moved it to. */
  onRange?: (range: Range) => void;
  height?: number;
  /** IANA zone of the place. */
  zone?: string;
  /** Says what is seen, for who cannot see it. */
  label: string;
}

const HEIGHT_PX = 280;
const BAND = "33";

/** All points where there is room for them; always those that no line leads to. */
const POINTS: uPlot.Series.Points = {
  size: 4,
  filter: (plot, series, show) => (show ? null : alone(plot.data[series] ?? [])),
};

function optionsOf(
  picture: Picture,
  colours: Colours,
  format: Format,
  zone: string | undefined,
  words: Words,
): Omit<uPlot.Options, "width" | "height"> {
  const curves = picture.curves.flatMap((curve, n): uPlot.Series[] => {
    const colour = colours.curves[n % colours.curves.length] ?? colours.text;
    // A state holds until the next is told.
    const paths = curve.states && uPlot.paths.stepped?.({ align: 1 });
    const drawn = { spanGaps: false, ...(paths && { paths }) };
    const edge = { ...drawn, stroke: "transparent", width: 0, points: { show: false } };
    return [
      { ...edge, label: `${curve.key} min` },
      { label: curve.label, stroke: colour, width: 1.5, ...drawn, points: POINTS },
      { ...edge, label: `${curve.key} max` },
    ];
  });
  const bands = picture.curves.map((_, n): uPlot.Band => {
    const first = 1 + n * PER_CURVE;
    return {
      series: [first + 2, first],
      fill: (colours.curves[n % colours.curves.length] ?? colours.text) + BAND,
    };
  });
  const start = 1 + picture.curves.length * PER_CURVE;
  const expected = picture.forecast
    ? [false, true, false].map(
        (middle): uPlot.Series => ({
          stroke: middle ? colours.text : "transparent",
          dash: [4, 4],
          width: middle ? 1.5 : 0,
          points: { show: false },
          spanGaps: true,
        }),
      )
    : [];
  if (picture.forecast) bands.push({ series: [start + PER_FORECAST - 1, start], fill: colours.text + BAND });
  const { unit = "", states } = picture.curves[0] ?? {};
  const axis = {
    stroke: colours.text,
    grid: { stroke: colours.grid, width: 1 },
    ticks: { stroke: colours.grid, width: 1 },
  };
  return {
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { size: 6 } },
    series: [{}, ...curves, ...expected],
    bands,
    axes: [
      {
        ...axis,
        space: TIME_PX,
        values: (_u, splits, _axis, _space, step) => timeLabels(splits, step, format, zone),
      },
      {
        ...axis,
        size: 64,
        ...(states && { splits: [0, 1] }),
        values: (_u, splits, _axis, _space, step) =>
          splits.map((value) => states?.[value] ?? format.value(value, unit, digitsOf(step))),
      },
    ],
    scales: { x: { time: true }, y: { range: () => extent(picture) } },
    ...(zone ? { tzDate: (seconds: number) => uPlot.tzDate(new Date(seconds * 1000), zone) } : {}),
    hooks: {
      drawClear: [(u) => drawUnder(u, picture, colours)],
      draw: [(u) => drawOver(u, picture, colours)],
      setCursor: [readout(picture, colours, format, zone, words)],
    },
  };
}

export default function Plot({ picture, range, onRange, height = HEIGHT_PX, zone, label }: PlotProps) {
  const { t } = useTranslation("states");
  const format = useFormat();
  const dark = useComputedColorScheme("light") === "dark";
  const { ref, width } = useElementSize();
  const plot = useRef<uPlot | undefined>(undefined);
  const told = useRef(onRange);
  told.current = onRange;
  const shown = useRef(range);
  shown.current = range;
  const colours = useMemo(() => coloursOf(dark), [dark]);
  const ready = width > 0;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the width is followed below, without drawing anew
  useEffect(() => {
    const home = ref.current;
    if (!home || !ready) return undefined;
    const words = { nothing: t("chart.gap"), doubted: t("chart.doubted") };
    const options = { ...optionsOf(picture, colours, format, zone, words), width, height };
    const made = new uPlot(options, columns(picture), home);
    const [min, max] = shown.current;
    made.setScale("x", { min, max });
    plot.current = made;
    const fixed = movable(made, (rest) => told.current?.(rest));
    return () => {
      fixed();
      made.destroy();
      plot.current = undefined;
    };
  }, [picture, colours, format, zone, height, ready, t]);
  useEffect(() => {
    if (width > 0) plot.current?.setSize({ width, height });
  }, [width, height]);
  useEffect(() => plot.current?.setScale("x", { min: range[0], max: range[1] }), [range]);

  return (
    <div
      ref={ref}
      className={style["plot"]}
      style={{ height }}
      role="application"
      aria-roledescription={t("chart.role")}
      aria-label={`${label}. ${t("chart.keys")}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it is moved with the arrow keys
      tabIndex={0}
    />
  );
}
