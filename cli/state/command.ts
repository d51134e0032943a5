import type { Log } from '@bridge/core';
import type { Env } from '@bridge/service-runtime';
import type { Command } from 'commander';
import { apiOf, createApiCommand, type ApiOptions } from '../api/api-options.ts';
import { addExamples } from '../examples.ts';
import type { Print } from '../run-program.ts';
import { loadState } from './load-state.ts';
import { stateInWords } from './state-words.ts';

/** `state USER`. Reads BRIDGE_URL and BRIDGE_API_KEY, or what npm start sets. */
export function stateCommand(env: Env, _log: Log, print: Print): Command {
  const command = createApiCommand('state', env)
    .description("Show a person's mode and why, open alerts and questions, and the newest readings.")
    .argument('<user>', 'the id of the person')
    .action(async (user: string, options: ApiOptions) => {
      const state = await loadState(apiOf(env, options), user);
      if (options.json === true) print(JSON.stringify(state));
      else for (const line of stateInWords(state)) print(line);
    });
  return addExamples(command, 'state ada', 'state ada --json');
}
