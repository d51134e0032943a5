import type { Night, NightList } from '@bridge/contracts';
import { useState } from 'preact/hooks';
import { readAllPages, type Pages } from '../api/pages.ts';
import { useResource } from '../api/use-resource.ts';
import { clock } from '../format/time.ts';
import { duration, valueText } from '../format/value.ts';
import { Loaded } from '../parts/notices.tsx';
import { Table } from '../parts/table.tsx';
import { deviceLabel, metricLabel } from '../words/say.ts';
import { plotNights, type Mark } from './plot.ts';
import { type TimeWindow } from './time-window.ts';
import { usePlot } from './use-plot.ts';

type NightChartProps = {
  readonly userId: string;
  readonly window: TimeWindow;
  readonly zone: string;
  readonly marks: readonly Mark[];
  readonly round: number;
};

export function NightChart({ userId, window: { from, to, key }, zone, marks, round }: NightChartProps) {
  const load = (signal: AbortSignal) =>
    readAllPages<NightList, Night>({
      path: `/users/${encodeURIComponent(userId)}/sleep`,
      query: { from, to },
      itemsOf: (page) => page.nights,
      signal,
    });
  const nights = useResource<Pages<Night>>(`sleep ${userId} ${key}`, load, round);
  return (
    <section class="chart" aria-label="Sleep" data-metric="sleep">
      <h3>Time asleep</h3>
      <Loaded resource={nights} of="the nights">
        {({ items }) =>
          items.length === 0 ? (
            <p class="notice">No night was recorded in this time.</p>
          ) : (
            <Nights nights={items} span={{ from, to }} zone={zone} marks={marks} />
          )
        }
      </Loaded>
    </section>
  );
}

type NightsProps = {
  readonly nights: readonly Night[];
  readonly span: { readonly from: string; readonly to: string };
  readonly zone: string;
  readonly marks: readonly Mark[];
};

function Nights({ nights, span, zone, marks }: NightsProps) {
  const [row, setRow] = useState<number | null>(null);
  const oldestFirst = [...nights].sort((a, b) => Date.parse(a.end) - Date.parse(b.end));
  const target = usePlot([nights, marks.map(({ at }) => at).join()], (element, width) =>
    plotNights(
      element,
      oldestFirst.map((night) => ({
        at: Date.parse(night.end) / 1_000,
        hours: secondsAsleep(night) / 3_600,
      })),
      {
        width,
        height: 160,
        from: Date.parse(span.from) / 1_000,
        to: Date.parse(span.to) / 1_000,
        zone,
        marks,
        format: (hours) => `${hours} h`,
        onRow: setRow,
      },
    ),
  );
  const shown = (row === null ? undefined : oldestFirst[row]) ?? oldestFirst.at(-1);
  const text = shown === undefined ? '' : nightText(shown, zone);
  const devices = new Set(nights.map(({ source, device_id }) => deviceLabel(source, device_id)));
  return (
    <figure>
      <div ref={target} class="plot" role="img" aria-label={`${nights.length} nights. ${text}`} />
      <figcaption>
        <span class="row">{text}</span>
        <span class="devices">{[...devices].join(', ')}</span>
      </figcaption>
      <NightTable nights={nights} zone={zone} />
    </figure>
  );
}

function NightTable({ nights, zone }: { readonly nights: readonly Night[]; readonly zone: string }) {
  return (
    <details>
      <summary>Nights as a table</summary>
      <Table caption="Nights, newest first" columns={['Night to', 'From', 'Until', 'Device', 'Values']}>
        {nights.map((night) => (
          <tr key={`${night.date} ${night.start} ${night.source}`}>
            <td>{night.date}</td>
            <td>{clock(night.start, zone)}</td>
            <td>{clock(night.end, zone)}</td>
            <td>{deviceLabel(night.source, night.device_id)}</td>
            <td>
              {night.readings
                .map(({ metric, value, unit }) => `${metricLabel(metric)} ${valueText(metric, value, unit)}`)
                .join(' · ')}
            </td>
          </tr>
        ))}
      </Table>
    </details>
  );
}

/** As the device says, else from lying down to getting up. */
function secondsAsleep({ readings, start, end }: Night): number {
  const asleep = readings.find(
    ({ metric, statistic }) => metric === 'sleep_duration' && statistic !== 'average',
  );
  return asleep?.value ?? (Date.parse(end) - Date.parse(start)) / 1_000;
}

function nightText(night: Night, zone: string): string {
  const { date, start, end } = night;
  return `Night to ${date}: ${duration(secondsAsleep(night))} asleep, ${clock(start, zone)} to ${clock(end, zone)}.`;
}
