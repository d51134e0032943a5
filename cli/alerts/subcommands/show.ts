import type { AlertDetail } from '@bridge/contracts';
import type { Command } from 'commander';
import { addExamples } from '../../examples.ts';
import { kindInWords, stateInWords, timeInWords, words } from '../alert-words.ts';
import { apiCommand, apiOf, type ApiOptions, type Surroundings } from '../api-options.ts';
import { deliveryHead, deliveryRow } from '../delivery-row.ts';
import { plainText, tableLines } from '../../api/table.ts';
import { alertIdOf, noAlert, parseIdStart } from '../whole-id.ts';

/** `alerts show ID`. */
export function showCommand(surroundings: Surroundings): Command {
  const { print } = surroundings;
  const command = apiCommand('show', surroundings)
    .description('Show one alert with its evidence, its history, and who was told.')
    .argument('<id>', 'its first 6 or more digits', parseIdStart)
    .action(async (start: string, options: ApiOptions) => {
      const api = apiOf(surroundings, options);
      const id = await alertIdOf(api, start);
      const alert = (await api.ask('GET', `/alerts/${id}`, { missing: noAlert })) as AlertDetail;
      if (options.json === true) print(JSON.stringify(alert));
      else for (const line of linesOf(alert)) print(line);
    });
  return addExamples(command, 'alerts show 4f0c2a');
}

function linesOf(alert: AlertDetail): string[] {
  const { title, summary, advice, question, history, deliveries, decision } = alert;
  const texts = [title, summary, advice, question].filter((text) => text !== undefined);
  const name = kindInWords(alert.kind);
  return [
    plainText(`${alert.severity}: ${name} of ${alert.user_id}, ${stateInWords(alert)}`),
    ...[...new Set(texts)].map((text) => `  ${plainText(text)}`),
    '',
    ...factsOf(alert).map(([fact, value]) => `${fact.padEnd(14)}${plainText(value)}`),
    ...section('History', ['at', 'change', 'severity', 'by', ''], history.map(historyRow)),
    ...(deliveries.length === 0
      ? ['', 'Nobody was told yet.']
      : section('Deliveries', deliveryHead, deliveries.map(deliveryRow))),
    ...(decision === undefined
      ? []
      : ['', `Why it was raised: npm run bridge -- explain ${decision.transition_id}`]),
  ];
}

function factsOf(alert: AlertDetail): [string, string][] {
  const { acknowledged, comment, evidence, resolved_at, time_zone } = alert;
  const facts: [string, string | undefined][] = [
    ['id', alert.alert_id],
    ['kind', alert.kind],
    ['source', alert.source],
    ['since', timeInWords(alert.opened_at)],
    ['changed', timeInWords(alert.updated_at)],
    ['ended', resolved_at === null ? undefined : timeInWords(resolved_at)],
    ['acknowledged', acknowledged && `${timeInWords(acknowledged.at)} by ${acknowledged.by}`],
    ['comment', comment],
    ['time zone', time_zone],
    ['rules', evidence.rules.join(', ') || undefined],
    ...evidence.readings.map((reading): [string, string] => ['measured', readingInWords(reading)]),
  ];
  return facts.filter((fact): fact is [string, string] => fact[1] !== undefined);
}

function readingInWords(reading: AlertDetail['evidence']['readings'][number]): string {
  const { metric, value, unit, at, threshold, usual } = reading;
  const beside = [
    ...(threshold === undefined ? [] : [`threshold ${threshold}`]),
    ...(usual === undefined ? [] : [`usual ${usual}`]),
  ];
  const compared = beside.length === 0 ? '' : ` (${beside.join(', ')})`;
  return `${words(metric)} ${value} ${unit} at ${timeInWords(at)}${compared}`;
}

function historyRow({
  at,
  change,
  severity,
  by,
  summary,
  comment,
}: AlertDetail['history'][number]): string[] {
  return [timeInWords(at), words(change), severity, by ?? '', comment ?? summary ?? ''];
}

function section(title: string, head: readonly string[], rows: readonly string[][]): string[] {
  return ['', title, ...tableLines(head, rows).map((line) => `  ${line}`)];
}
