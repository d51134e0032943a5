import { alertStatuses, severities, type Alert } from '@bridge/contracts';
import { Option, type Command } from 'commander';
import { addExamples } from '../../examples.ts';
import { wholeNumber } from '../../number-options.ts';
import { holdWords, kindInWords, shortId, stateInWords, timeInWords } from '../alert-words.ts';
import type { HttpApi } from '../../api/http-api.ts';
import { apiCommand, apiOf, type ApiOptions, type Surroundings } from '../api-options.ts';
import { tableLines } from '../../api/table.ts';

type Options = ApiOptions & {
  readonly user?: string;
  readonly status?: readonly string[];
  readonly severity?: readonly string[];
  readonly kind?: string;
  readonly hold?: string;
  readonly unacknowledged?: boolean;
  readonly all?: boolean;
  readonly limit: number;
};

/** `alerts list`, and `alerts` alone. */
export function listCommand(surroundings: Surroundings): Command {
  const { print, log } = surroundings;
  const command = apiCommand('list', surroundings)
    .description('List alerts, the most urgent first: the open ones, unless told otherwise.')
    .option('--user <id>', 'of one person')
    .addOption(new Option('--status <status...>', 'of these statuses').choices(alertStatuses))
    .addOption(new Option('--severity <severity...>', 'of these severities').choices(severities))
    .option('--kind <kind>', 'of one kind, such as rule.pulse_high')
    .addOption(
      new Option('--hold <reason>', 'of which nobody is told, for this reason').choices(
        Object.keys(holdWords),
      ),
    )
    .option('--unacknowledged', 'that nobody has acknowledged')
    .option('--all', 'also those that are over')
    .option('--limit <count>', 'read at most the newest so many', wholeNumber(1, 10_000), 1_000)
    .action(async (options: Options) => {
      const { alerts, isCut } = await readAlerts(apiOf(surroundings, options), options);
      if (isCut) log.warn(`Only the newest ${options.limit} were read. Narrow the list, or add --limit.`);
      const sorted = alerts.toSorted(byUrgency);
      if (options.json === true) print(JSON.stringify({ alerts: sorted }));
      else if (sorted.length === 0) print(options.all === true ? 'No alerts.' : 'No open alerts.');
      else for (const line of tableLines(head, sorted.map(rowOf))) print(line);
    });
  return addExamples(command, 'alerts list --user ada --all', 'alerts list --hold quiet_hours --json');
}

async function readAlerts(api: HttpApi, options: Options): Promise<{ alerts: Alert[]; isCut: boolean }> {
  const { user, status, severity, kind, hold, unacknowledged, all = false, limit } = options;
  const pages = api.pages('/alerts', 'alerts', {
    query: {
      user_id: user,
      status: status ?? (all ? undefined : ['firing', 'unconfirmed']),
      severity,
      kind,
      hold,
      acknowledged: unacknowledged === true ? 'false' : undefined,
      limit: Math.min(limit, 500),
    },
  });
  const alerts: Alert[] = [];
  for await (const page of pages) {
    // One more than the limit shows that there are more.
    if (alerts.length >= limit && page.length > 0) return { alerts: alerts.slice(0, limit), isCut: true };
    alerts.push(...(page as Alert[]));
  }
  return { alerts: alerts.slice(0, limit), isCut: alerts.length > limit };
}

/** Open before ended; then by severity, those that nobody acknowledged, and the longest open. Ended ones: newest first. */
function byUrgency(a: Alert, b: Alert): number {
  const isOver = ({ status }: Alert) => Number(status === 'resolved');
  if (isOver(a) !== isOver(b)) return isOver(a) - isOver(b);
  const byTime = a.opened_at < b.opened_at ? -1 : Number(a.opened_at > b.opened_at);
  if (isOver(a) === 1) return -byTime;
  const rank = ({ severity }: Alert) => severities.indexOf(severity);
  const isTaken = ({ acknowledged }: Alert) => Number(acknowledged !== undefined);
  return rank(a) - rank(b) || isTaken(a) - isTaken(b) || byTime;
}

const head = ['id', 'severity', 'kind', 'person', 'since', 'state', ''];

function rowOf(alert: Alert): string[] {
  const { alert_id, severity, kind, user_id, opened_at, title, summary } = alert;
  return [
    shortId(alert_id),
    severity,
    kindInWords(kind),
    user_id,
    timeInWords(opened_at),
    stateInWords(alert),
    summary ?? title ?? '',
  ];
}
