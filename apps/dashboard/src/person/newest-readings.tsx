import type { NewestReading, PersonStateDocument, UsualValue } from '@bridge/contracts';
import { shownNumber, valueText } from '../format/value.ts';
import { Table } from '../parts/table.tsx';
import { Moment } from '../parts/time.tsx';
import { metricLabel, readingOrigin } from '../words/say.ts';

/** The newest reading per metric and device, with the person's own usual value. */
export function NewestReadings({ state }: { readonly state: PersonStateDocument }) {
  const { readings, usual, time_zone } = state;
  const sorted = [...readings].sort(
    (a, b) => metricLabel(a.metric).localeCompare(metricLabel(b.metric)) || a.source.localeCompare(b.source),
  );
  return (
    <section aria-labelledby="readings-title">
      <h2 id="readings-title">Newest readings</h2>
      {readings.length === 0 ? (
        <p class="notice">Nothing was measured yet.</p>
      ) : (
        <Table
          caption="Newest reading per metric and device"
          columns={['Metric', 'Value', 'Usual', 'Device', 'Measured']}
        >
          {sorted.map((reading) => (
            <tr
              key={[
                reading.metric,
                reading.source,
                reading.device_id,
                reading.context,
                reading.statistic,
              ].join()}
              data-metric={reading.metric}
            >
              <th scope="row">{metricLabel(reading.metric)}</th>
              <td>{valueText(reading.metric, reading.value, reading.unit)}</td>
              <td>{usualText(reading, usual)}</td>
              <td>{readingOrigin(reading)}</td>
              <td>
                <Moment at={reading.end ?? reading.at} zone={time_zone} />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}

function usualText(reading: NewestReading, usual: readonly UsualValue[]): string {
  const found =
    usual.find(({ metric, source }) => metric === reading.metric && source === reading.source) ??
    usual.find(({ metric }) => metric === reading.metric);
  if (found === undefined) return '–';
  const { low, high, days, settled } = found;
  if (low === null || high === null) return `learning (${days} days)`;
  const span = `${shownNumber(low)} to ${shownNumber(high)}`;
  return settled ? span : `${span} (${days} days so far)`;
}
