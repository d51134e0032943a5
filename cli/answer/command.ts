import { answers, type AcceptedBody } from '@bridge/contracts';
import type { Log } from '@bridge/core';
import type { Env } from '@bridge/service-runtime';
import { Argument, type Command } from 'commander';
import { apiOf, createApiCommand, type ApiOptions } from '../api/api-options.ts';
import { HttpRefusal, type HttpApi } from '../api/http-api.ts';
import { plainText } from '../api/table.ts';
import { shortId } from '../alerts/alert-words.ts';
import { parseIdStart } from '../alerts/whole-id.ts';
import { addExamples } from '../examples.ts';
import type { Print } from '../run-program.ts';
import { loadState } from '../state/load-state.ts';
import type { Hypothesis } from '../state/person-state.ts';

/** `answer USER HYPOTHESIS ANSWER`. Reads BRIDGE_URL and BRIDGE_API_KEY, or what npm start sets. */
export function answerCommand(env: Env, _log: Log, print: Print): Command {
  const command = createApiCommand('answer', env)
    .description('Answer an open question about a person.')
    .argument('<user>', 'the id of the person')
    .argument('<hypothesis>', 'the first 6 or more digits of its id, which `state` shows', parseIdStart)
    .addArgument(new Argument('<answer>', 'the answer').choices(answers))
    .action(async (user: string, start: string, answer: string, options: ApiOptions) => {
      const api = apiOf(env, options);
      const { id, question } = await findQuestion(api, { user, start, answer });
      const path = `/users/${encodeURIComponent(user)}/answers`;
      const body = { hypothesis_id: id, answer };
      const missing = 'Nothing is known of this person. Check the id: it is the user_id of their events.';
      const accepted = (await api.ask('POST', path, { body, missing })) as AcceptedBody;
      if (options.json === true) print(JSON.stringify({ ...accepted, hypothesis_id: id, answer }));
      else {
        if (question !== undefined) print(plainText(question));
        print(`The answer is ${answer}. See what follows: npm run bridge -- explain ${accepted.event_id}`);
      }
    });
  return addExamples(command, 'answer ada 4f0c2a at_rest');
}

type QuestionSearch = { readonly user: string; readonly start: string; readonly answer: string };

/** A key that may answer need not be one that may read: then the id must be whole, and nothing is checked. */
async function findQuestion(
  api: HttpApi,
  { user, start, answer }: QuestionSearch,
): Promise<{ readonly id: string; readonly question?: string }> {
  let open: readonly Hypothesis[];
  try {
    open = (await loadState(api, user)).hypotheses ?? [];
  } catch (error) {
    if (error instanceof HttpRefusal && error.status === 403 && start.length === 32) return { id: start };
    throw error;
  }
  const found = open.filter(({ hypothesis_id }) => hypothesis_id.startsWith(start));
  const [only, ...others] = found;
  if (only === undefined)
    throw new Error(`No open question of this person begins with ${start}. See npm run bridge -- state.`);
  if (others.length > 0)
    throw new Error(`${found.length} open questions begin with ${start}. Give more digits.`);
  const { hypothesis_id: id, question, answers: possible } = only;
  if (!possible.includes(answer))
    throw new Error(plainText(`${shortId(id)} can be answered with ${possible.join(', ')}.`));
  return { id, question };
}
