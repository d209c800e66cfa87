/** What is drawn beside the curves: limits, stretches of time, marks, and readings that are doubted. */
import type uPlot from "uplot";
import type { Colours } from "@/parts/chart/colours";
import { PER_CURVE } from "@/parts/chart/columns";
import type { Picture } from "@/parts/chart/nouns";

const DOT_PX = 3;

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

function drawLimits(u: uPlot, picture: Picture, colours: Colours): void {
  const { ctx, bbox } = u;
  ctx.strokeStyle = ctx.fillStyle = colours.limit;
  ctx.lineWidth = devicePixelRatio;
  ctx.font = `${11 * devicePixelRatio}px sans-serif`;
  ctx.textAlign = "left";
  for (const limit of picture.limits ?? []) {
    const y = Math.round(u.valToPos(limit.value, "y", true));
    ctx.setLineDash(limit.severity === "critical" ? [] : [6 * devicePixelRatio, 4 * devicePixelRatio]);
    line(ctx, bbox.left, y, bbox.left + bbox.width, y);
    ctx.textBaseline = limit.side === "high" ? "bottom" : "top";
    ctx.fillText(limit.label, bbox.left + 6 * devicePixelRatio, y);
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

function drawSuspects(u: uPlot, picture: Picture, colours: Colours): void {
  const { ctx } = u;
  const times = u.data[0];
  picture.curves.forEach((curve, n) => {
    const means = u.data[1 + n * PER_CURVE + 1] ?? [];
    ctx.strokeStyle = colours.curves[n % colours.curves.length] ?? colours.text;
    ctx.fillStyle = colours.back;
    curve.suspect?.forEach((doubted, i) => {
      const at = times[i];
      const value = means[i];
      if (!doubted || at === undefined || value === null || value === undefined) return;
      ctx.beginPath();
      ctx.arc(
        u.valToPos(at, "x", true),
        u.valToPos(value, "y", true),
        DOT_PX * devicePixelRatio,
        0,
        2 * Math.PI,
      );
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
