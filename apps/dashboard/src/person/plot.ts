import uPlot from 'uplot';
import { type ChartData } from './chart-data.ts';

export type Mark = {
  /** Seconds since 1970. */
  readonly at: number;
  /** The name of a colour of the style sheet, such as `critical`. */
  readonly colour: string;
  readonly isDashed: boolean;
};

export type PlotOptions = {
  readonly width: number;
  readonly height: number;
  readonly from: number;
  readonly to: number;
  /** Of the person, in which the axis counts days and hours. */
  readonly zone: string;
  readonly marks: readonly Mark[];
  readonly format: (value: number) => string;
  /** The row under the pointer; null outside. */
  readonly onRow: (index: number | null) => void;
};

/** Draws a line with its range and the person's usual band. Colours come from the style sheet. */
export function plotSeries(target: HTMLElement, data: ChartData, options: PlotOptions): uPlot {
  const colour = colours(target);
  const { times, median, min, max, usual, low, high } = data;
  const line = { points: { show: times.length < 90, size: 4 }, spanGaps: false };
  const edge = { stroke: 'transparent', points: { show: false } };
  return new uPlot(
    {
      ...frame(options, colour),
      series: [
        {},
        { ...edge, spanGaps: false },
        { ...edge, spanGaps: false },
        { ...edge, spanGaps: false },
        { ...edge, spanGaps: false },
        { stroke: colour('band-line'), dash: [4, 4], width: 1, points: { show: false } },
        { ...line, stroke: colour('line'), width: 1.75 },
      ],
      bands: [
        { series: [1, 2], fill: colour('band') },
        { series: [3, 4], fill: colour('range') },
      ],
    },
    [times, high, low, max, min, usual, median],
    target,
  );
}

export type NightBar = { readonly at: number; readonly hours: number };

/** One bar per night. */
export function plotNights(target: HTMLElement, nights: readonly NightBar[], options: PlotOptions): uPlot {
  const colour = colours(target);
  const bars = uPlot.paths.bars?.({ size: [0.7, 28] });
  return new uPlot(
    {
      ...frame(options, colour),
      series: [
        {},
        {
          stroke: colour('line'),
          fill: colour('bar'),
          points: { show: false },
          ...(bars !== undefined && { paths: bars }),
        },
      ],
    },
    [nights.map(({ at }) => at), nights.map(({ hours }) => hours)],
    target,
  );
}

type Colour = (name: string) => string;

function colours(target: HTMLElement): Colour {
  const style = getComputedStyle(target);
  return (name) => style.getPropertyValue(`--chart-${name}`).trim();
}

/** What every chart has: axes in the person's zone, a cursor that all share, marks. */
function frame(options: PlotOptions, colour: Colour): Omit<uPlot.Options, 'series'> {
  const { width, height, from, to, zone, marks, format, onRow } = options;
  const axis = {
    stroke: colour('text'),
    grid: { stroke: colour('grid'), width: 1 },
    ticks: { stroke: colour('grid'), width: 1 },
  };
  return {
    width,
    height,
    tzDate: (at) => uPlot.tzDate(new Date(at * 1_000), zone),
    legend: { show: false },
    scales: { x: { time: true, range: [from, to] } },
    axes: [axis, { ...axis, size: 56, values: (_plot, ticks) => ticks.map(format) }],
    cursor: { sync: { key: 'person' }, drag: { x: false, y: false }, points: { size: 6 } },
    hooks: {
      setCursor: [({ cursor: { idx } }) => onRow(idx ?? null)],
      draw: [(plot) => drawMarks(plot, marks, colour)],
    },
  };
}

function drawMarks(plot: uPlot, marks: readonly Mark[], colour: Colour): void {
  const { ctx, bbox } = plot;
  ctx.save();
  for (const { at, colour: name, isDashed } of marks) {
    const x = plot.valToPos(at, 'x', true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.strokeStyle = colour(name);
    ctx.fillStyle = colour(name);
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash(isDashed ? [3 * devicePixelRatio, 3 * devicePixelRatio] : []);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.beginPath();
    const half = 4 * devicePixelRatio;
    ctx.moveTo(x - half, bbox.top);
    ctx.lineTo(x + half, bbox.top);
    ctx.lineTo(x, bbox.top + half * 1.5);
    ctx.fill();
  }
  ctx.restore();
}
