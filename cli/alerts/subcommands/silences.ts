import type { AlertMatch } from '@bridge/contracts';
import { Command, Option } from 'commander';
import { addExamples } from '../../examples.ts';
import { shortId, timeInWords } from '../alert-words.ts';
import { apiCommand, apiOf, type ApiOptions, type Surroundings } from '../api-options.ts';
import type { HttpApi } from '../../api/http-api.ts';
import { tableLines } from '../../api/table.ts';
import { idsOf, parseIdStart, wholeId } from '../whole-id.ts';

/** What is shown of a silence of `GET /silences`. */
type Silence = {
  readonly silence_id: string;
  readonly state: string;
  readonly match: AlertMatch;
  readonly begins_at: string;
  readonly ends_at: string;
  readonly comment: string;
  readonly author: string;
};

/** `alerts silences [list | end ID]`. */
export function silencesCommand(surroundings: Surroundings): Command {
  const command = new Command('silences')
    .description('List silences, or end one.')
    .addCommand(listCommand(surroundings), { isDefault: true })
    .addCommand(endCommand(surroundings));
  return addExamples(command, 'alerts silences', 'alerts silences end 7d1c0a');
}

const states = ['active', 'pending', 'expired'] as const;
const head = ['id', 'state', 'begins', 'ends', 'matches', 'by', 'comment'];

function listCommand(surroundings: Surroundings): Command {
  const { print } = surroundings;
  const command = apiCommand('list', surroundings)
    .description('List silences: those in force, unless told otherwise.')
    .addOption(new Option('--state <state>', 'of this state').choices(states).default('active'))
    .action(async (options: ApiOptions & { readonly state: string }) => {
      const silences: Silence[] = [];
      for await (const page of pagesOf(apiOf(surroundings, options), options.state))
        silences.push(...(page as Silence[]));
      if (options.json === true) print(JSON.stringify({ silences }));
      else if (silences.length === 0) print(`No ${options.state} silences.`);
      else for (const line of tableLines(head, silences.map(rowOf))) print(line);
    });
  return addExamples(command, 'alerts silences list --state pending');
}

function rowOf({ silence_id, state, begins_at, ends_at, match, author, comment }: Silence): string[] {
  return [
    shortId(silence_id),
    state,
    timeInWords(begins_at),
    timeInWords(ends_at),
    matchInWords(match),
    author,
    comment,
  ];
}

/** Such as `user_id ada; kind rule.*`. */
function matchInWords(match: AlertMatch): string {
  const one = (value: unknown) =>
    typeof value === 'object' && value !== null ? `${(value as { prefix: string }).prefix}*` : String(value);
  return Object.entries(match)
    .map(([field, values]) => `${field} ${[values].flat().map(one).join(', ')}`)
    .join('; ');
}

function endCommand(surroundings: Surroundings): Command {
  const { print } = surroundings;
  const command = apiCommand('end', surroundings)
    .description('End a silence now, or cancel one that has not begun.')
    .argument('<id>', 'its first 6 or more digits', parseIdStart)
    .action(async (start: string, options: ApiOptions) => {
      const api = apiOf(surroundings, options);
      const id = await silenceIdOf(api, start);
      await api.ask('DELETE', `/silences/${id}`, { missing: 'There is no such silence.' });
      print(options.json === true ? JSON.stringify({ silence_id: id }) : `Silence ${shortId(id)} has ended.`);
    });
  return addExamples(command, 'alerts silences end 7d1c0a');
}

function silenceIdOf(api: HttpApi, start: string): Promise<string> {
  if (start.length === 36) return Promise.resolve(start);
  async function* pages() {
    for (const state of ['active', 'pending']) yield* idsOf(pagesOf(api, state), 'silence_id');
  }
  return wholeId(start, { noun: 'silence', listedBy: 'alerts silences', pages: pages() });
}

const pagesOf = (api: HttpApi, state: string) =>
  api.pages('/silences', 'silences', { query: { state, limit: 500 } });
