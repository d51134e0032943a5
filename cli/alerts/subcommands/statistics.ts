import type { AlertStatistics, KindStatistics } from '@bridge/contracts';
import type { Command } from 'commander';
import { addExamples } from '../../examples.ts';
import { wholeNumber } from '../../number-options.ts';
import { kindInWords } from '../alert-words.ts';
import { apiCommand, apiOf, type ApiOptions, type Surroundings } from '../api-options.ts';
import { tableLines } from '../../api/table.ts';

const dayMs = 86_400_000;
const head = ['kind', 'fired', 'critical', 'acknowledged', 'median after', 'resolved by hand', 'useful'];

/** `alerts statistics`. */
export function statisticsCommand(surroundings: Surroundings): Command {
  const { print, now } = surroundings;
  const command = apiCommand('statistics', surroundings)
    .description('Count alerts per kind: how many, how fast acknowledged, and how many were useful.')
    .option('--days <count>', 'of the last so many days', wholeNumber(1, 3_650), 30)
    .action(async (options: ApiOptions & { readonly days: number }) => {
      const to = now();
      const query = {
        from: new Date(to - options.days * dayMs).toISOString(),
        to: new Date(to).toISOString(),
      };
      const answer = await apiOf(surroundings, options).ask('GET', '/statistics', { query });
      const { kinds } = answer as AlertStatistics;
      if (options.json === true) print(JSON.stringify(answer));
      else if (kinds.length === 0) print(`No alerts in the last ${options.days} days.`);
      else for (const line of tableLines(head, kinds.map(rowOf))) print(line);
    });
  return addExamples(command, 'alerts statistics --days 7');
}

function rowOf(statistics: KindStatistics): string[] {
  const { kind, fired, critical, acknowledged, resolved_by_hand } = statistics;
  const { median_seconds_to_acknowledge: median, useful, not_useful, useful_share } = statistics;
  const judged =
    useful_share === null ? '' : `${Math.round(useful_share * 100)} % (${useful} of ${useful + not_useful})`;
  return [
    kindInWords(kind),
    ...[fired, critical, acknowledged].map(String),
    median === null ? '' : duration(median),
    String(resolved_by_hand),
    judged,
  ];
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3_600).toFixed(1)} h`;
}
