/** What is drawn beside the curves: limits, stretches of time, marks, and readings that are doubted. */
import type uPlot from "uplot";
import type { Colours } from "@/parts/chart/colours";
import type { Limit, Picture } from "@/parts/chart/nouns";

const DOT_PX = 3.5;
const RING_PX = 1.75;
/** A limit drawn shorter than this has no room for its name. */
const NAMED_PX = 48;

/** Under the curves: stretches of time. */
export function drawUnder(u: uPlot, picture: Picture, colours: Colours): void {
  const { ctx, bbox } = u;
  ctx.save();
  for (const span of picture.spans ?? []) {
    const from = Math.max(u.valToPos(span.from, "x", true), bbox.left);
    const end = span.to ?? u.scales["x"]?.max ?? span.from;
    const to = Math.min(u.valToPos(end, "x", true), bbox.left + bbox.width);
    if (to <= from) continue;
    ctx.fillStyle = colours[span.tone];
    ctx.fillRect(from, bbox.top, to - from, bbox.height);
  }
  ctx.restore();
}

/** Over the curves: limits with their names, marks, doubted readings. */
export function drawOver(u: uPlot, picture: Picture, colours: Colours): void {
  const { ctx, bbox } = u;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  drawLimits(u, picture, colours);
  drawMarks(u, picture, colours);
  drawSuspects(u, picture, colours);
  ctx.restore();
}

/** From where to where a limit is drawn: it may have held for a part of the time only. */
function reach(u: uPlot, limit: Limit): [number, number] {
  const { left, width } = u.bbox;
  const from = limit.from === undefined ? left : Math.max(u.valToPos(limit.from, "x", true), left);
  const to = limit.to === undefined ? left + width : Math.min(u.valToPos(limit.to, "x", true), left + width);
  return [from, to];
}

function drawLimits(u: uPlot, picture: Picture, colours: Colours): void {
  const { ctx } = u;
  ctx.strokeStyle = ctx.fillStyle = colours.limit;
  ctx.lineWidth = devicePixelRatio;
  ctx.font = `${11 * devicePixelRatio}px sans-serif`;
  ctx.textAlign = "left";
  for (const limit of picture.limits ?? []) {
    const [from, to] = reach(u, limit);
    if (to <= from) continue;
    const y = Math.round(u.valToPos(limit.value, "y", true));
    ctx.setLineDash(limit.severity === "critical" ? [] : [6 * devicePixelRatio, 4 * devicePixelRatio]);
    line(ctx, from, y, to, y);
    ctx.textBaseline = limit.side === "high" ? "bottom" : "top";
    if (to - from > NAMED_PX * devicePixelRatio) ctx.fillText(limit.label, from + 6 * devicePixelRatio, y);
  }
  ctx.setLineDash([]);
}

function drawMarks(u: uPlot, picture: Picture, colours: Colours): void {
  const { ctx, bbox } = u;
  ctx.strokeStyle = ctx.fillStyle = colours.text;
  ctx.textBaseline = "top";
  for (const mark of picture.marks ?? []) {
    const x = Math.round(u.valToPos(mark.at, "x", true));
    line(ctx, x, bbox.top, x, bbox.top + bbox.height);
    ctx.fillText(mark.label, x + 4 * devicePixelRatio, bbox.top + 2 * devicePixelRatio);
  }
}

/** Hollow dots; at the bottom where the doubted readings are all there was. */
function drawSuspects(u: uPlot, { time, curves }: Picture, colours: Colours): void {
  const { ctx, bbox } = u;
  const bottom = bbox.top + bbox.height - 2 * DOT_PX * devicePixelRatio;
  curves.forEach((curve, n) => {
    ctx.strokeStyle = colours.curves[n % colours.curves.length] ?? colours.text;
    ctx.fillStyle = colours.back;
    ctx.lineWidth = RING_PX * devicePixelRatio;
    curve.suspect?.forEach((doubted, i) => {
      const at = time[i];
      if (!doubted || at === undefined) return;
      const value = curve.mean[i];
      const y = value === null || value === undefined ? bottom : u.valToPos(value, "y", true);
      ctx.beginPath();
      ctx.arc(u.valToPos(at, "x", true), y, DOT_PX * devicePixelRatio, 0, 2 * Math.PI);
      ctx.fill();
      ctx.stroke();
    });
  });
}

function line(ctx: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  ctx.lineTo(x2, y2);
  ctx.stroke();
}
