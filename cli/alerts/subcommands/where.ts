import { severities } from '@bridge/contracts';
import { Option, type Command } from 'commander';
import { addExamples } from '../../examples.ts';
import { holdInWords, timeInWords } from '../alert-words.ts';
import { apiCommand, apiOf, type ApiOptions, type Surroundings } from '../api-options.ts';
import { plainText } from '../../api/table.ts';

type Options = ApiOptions & {
  readonly user: string;
  readonly kind: string;
  readonly severity: string;
  readonly source?: string;
  readonly question?: boolean;
  readonly at?: string;
};

/** The answer of `POST /routes/test`. */
type RouteTest = {
  readonly at: string;
  readonly time_zone: string;
  readonly time_zone_known: boolean;
  readonly groups: readonly string[];
  readonly tried: readonly { path: readonly string[]; matched: boolean; because: string }[];
  readonly deliveries: readonly { route: string; channels: readonly string[] }[];
  readonly channels: readonly { name: string; state: string }[];
  readonly holds: readonly { reason: string; route?: string; until?: string }[];
};

/** `alerts where --user U --kind K --severity S`. */
export function whereCommand(surroundings: Surroundings): Command {
  const { print } = surroundings;
  const command = apiCommand('where', surroundings)
    .description('Say where an alert would go: the path through the routes, the channels, and what holds it.')
    .requiredOption('--user <id>', 'the person')
    .requiredOption('--kind <kind>', 'such as rule.pulse_high')
    .addOption(new Option('--severity <severity>', 'how bad it is').choices(severities).makeOptionMandatory())
    .option('--source <name>', 'who raises it (default: cognition)')
    .option('--question', 'it asks the person something')
    .option('--at <time>', 'RFC 3339 with an offset (default: now)')
    .action(async (options: Options) => {
      const { user, kind, severity, source, question, at } = options;
      const body = { user_id: user, kind, severity, source, question, at };
      const test = (await apiOf(surroundings, options).ask('POST', '/routes/test', { body })) as RouteTest;
      if (options.json === true) print(JSON.stringify(test));
      else for (const line of linesOf(test)) print(plainText(line));
    });
  return addExamples(command, 'alerts where --user ada --kind rule.pulse_high --severity warning');
}

function linesOf(test: RouteTest): string[] {
  const { at, time_zone, time_zone_known, groups, tried, deliveries, channels, holds } = test;
  const zone = time_zone_known ? time_zone : `${time_zone}, since no signal named a time zone`;
  const states = new Map(channels.map(({ name, state }) => [name, state]));
  const shown = (name: string) => {
    const state = states.get(name) ?? 'active';
    return state === 'active' ? name : `${name} (${state})`;
  };
  const goals = deliveries.filter(({ channels: own }) => own.length > 0);
  return [
    `At ${timeInWords(at)} (${zone})${groups.length === 0 ? '' : `, in the groups ${groups.join(', ')}`}:`,
    ...tried.map(
      ({ path, matched, because }) => `  ${path.join(' > ')}: ${matched ? 'yes' : 'no'}, ${because}`,
    ),
    ...(goals.length === 0 ? ['It would go to nobody.'] : ['It would go to:']),
    ...goals.map(({ route, channels: own }) => `  ${own.map(shown).join(', ')} (route ${route})`),
    ...holds.map(
      (hold) => `It is ${holdInWords(hold)}${hold.route === undefined ? '' : ` (route ${hold.route})`}`,
    ),
  ];
}
