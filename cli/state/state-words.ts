import { kindInWords, shortId, timeInWords, words } from '../alerts/alert-words.ts';
import { plainText, tableLines } from '../api/table.ts';
import { bandOf, type PersonState } from './person-state.ts';

/** A person's state for a terminal. */
export function stateInWords(state: PersonState): string[] {
  const { user_id, mode, since, stale, summary, reason, advice, transition_id } = state;
  const { alerts = [], hypotheses = [] } = state;
  const held = since ? ` since ${timeInWords(since)}` : '';
  const why = [summary ?? (reason ? words(reason) : undefined), advice].filter((text) => text != null);
  return [
    plainText(`${user_id}: ${mode ?? 'no mode yet'}${held}${stale === true ? ', no data for a day' : ''}`),
    ...why.map((text) => `  ${plainText(text)}`),
    ...(transition_id ? [`  Why: npm run bridge -- explain ${transition_id}`] : []),
    ...section(
      'Open alerts',
      ['id', 'severity', 'kind', 'since', ''],
      alerts.map((alert) => [
        shortId(alert.alert_id),
        alert.severity,
        kindInWords(alert.kind),
        timeInWords(alert.opened_at),
        alert.summary ?? '',
      ]),
    ),
    ...section(
      'Open questions',
      ['id', 'since', 'question', 'answers'],
      hypotheses.map(({ hypothesis_id, opened_at, question, answers }) => [
        shortId(hypothesis_id),
        timeInWords(opened_at),
        question,
        answers.join(', '),
      ]),
    ),
    ...section('Newest readings', ['metric', 'value', 'usual', 'measured', 'device'], readingRows(state)),
  ];
}

function readingRows({ readings = [], usual = [] }: PersonState): string[][] {
  return readings.map((reading) => {
    const { metric, value, unit, at, source, device_id, context, statistic } = reading;
    const band = bandOf(reading, usual);
    return [
      [words(metric), context, statistic]
        .filter((part) => part !== undefined && part !== 'unknown')
        .join(', '),
      `${value} ${unit}`,
      band === undefined ? '' : `${band.low ?? ''} to ${band.high ?? ''}`,
      timeInWords(at),
      device_id === undefined ? source : `${source} ${device_id}`,
    ];
  });
}

function section(title: string, head: readonly string[], rows: readonly string[][]): string[] {
  return rows.length === 0 ? [] : ['', title, ...tableLines(head, rows).map((line) => `  ${line}`)];
}
