import type { ReadingSeries } from '@bridge/contracts';
import { useMemo, useState } from 'preact/hooks';
import { pathWith, read } from '../api/request.ts';
import { useResource } from '../api/use-resource.ts';
import { moment } from '../format/time.ts';
import { shownNumber, valueText } from '../format/value.ts';
import { Loaded } from '../parts/notices.tsx';
import { deviceLabel, metricLabel } from '../words/say.ts';
import { chartData, seriesSummary, type ChartData } from './chart-data.ts';
import { plotSeries, type Mark } from './plot.ts';
import { usePlot } from './use-plot.ts';
import { type TimeWindow } from './time-window.ts';

type ChartProps = {
  readonly userId: string;
  readonly metric: string;
  readonly window: TimeWindow;
  readonly zone: string;
  readonly marks: readonly Mark[];
  /** Grows when newer readings have come. */
  readonly round: number;
};

/** One metric with the person's usual band, its devices named. */
export function MetricChart({ userId, metric, window, zone, marks, round }: ChartProps) {
  const { from, to, key } = window;
  const path = pathWith(`/users/${encodeURIComponent(userId)}/readings`, {
    metric,
    from,
    to,
    resolution: 'auto',
  });
  const load = (signal: AbortSignal) => read<ReadingSeries>(path, signal);
  const series = useResource(`${userId} ${metric} ${key}`, load, round);
  return (
    <section class="chart" aria-label={metricLabel(metric)} data-metric={metric}>
      <h3>{metricLabel(metric)}</h3>
      <Loaded resource={series} of={metricLabel(metric)}>
        {(value) =>
          value.points.length === 0 ? (
            <p class="notice">Nothing was measured in this time.</p>
          ) : (
            <SeriesPlot series={value} zone={zone} marks={marks} />
          )
        }
      </Loaded>
    </section>
  );
}

type PlotProps = { readonly series: ReadingSeries; readonly zone: string; readonly marks: readonly Mark[] };

function SeriesPlot({ series, zone, marks }: PlotProps) {
  const [row, setRow] = useState<number | null>(null);
  const data = useMemo(() => chartData(series), [series]);
  const { metric, unit, from, to, devices } = series;
  const target = usePlot([series, marks.map(({ at }) => at).join()], (element, width) =>
    plotSeries(element, data, {
      width,
      height: 180,
      from: Date.parse(from) / 1_000,
      to: Date.parse(to) / 1_000,
      zone,
      marks,
      format: unit === 's' ? (value) => valueText(metric, value, unit) : shownNumber,
      onRow: setRow,
    }),
  );
  return (
    <figure>
      <div ref={target} class="plot" role="img" aria-label={describe(series, zone)} />
      <figcaption>
        <span class="row">
          {row === null ? describe(series, zone) : rowText(series, data, { row, zone })}
        </span>
        <span class="devices">
          {devices.length === 0
            ? 'no device named'
            : devices.map(({ source, device_id }) => deviceLabel(source, device_id)).join(', ')}
        </span>
      </figcaption>
    </figure>
  );
}

function describe(series: ReadingSeries, zone: string): string {
  const summary = seriesSummary(series);
  if (summary === undefined) return 'Nothing was measured.';
  const { metric, unit } = series;
  const text = (value: number) => valueText(metric, value, unit);
  const newestBand = series.band.at(-1);
  const band =
    newestBand === undefined
      ? 'no usual band is known yet'
      : `usually ${text(newestBand.low)} to ${text(newestBand.high)}`;
  const { newest, newestAt, least, most } = summary;
  return `Newest ${text(newest)} (${moment(newestAt, zone)}), from ${text(least)} to ${text(most)}, ${band}.`;
}

function rowText(
  { metric, unit }: ReadingSeries,
  data: ChartData,
  { row, zone }: { readonly row: number; readonly zone: string },
): string {
  const text = (value: number | null | undefined) =>
    value === null || value === undefined ? undefined : valueText(metric, value, unit);
  const time = data.times[row];
  if (time === undefined) return '';
  const median = text(data.median[row]);
  const low = text(data.low[row]);
  const band = low === undefined ? '' : `, usually ${low} to ${text(data.high[row]) ?? '?'}`;
  return `${moment(new Date(time * 1_000).toISOString(), zone)}: ${median ?? 'no reading'}${band}`;
}
