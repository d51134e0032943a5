import type { Env } from '@bridge/service-runtime';
import { InvalidArgumentError } from 'commander';
import { apiOf } from '../api/api-options.ts';
import { plainText } from '../api/table.ts';
import type { Print } from '../run-program.ts';

/** `GET /decisions/{id}`. */
type ExplainedDecision = {
  readonly decision: Readonly<Record<string, unknown>> & { readonly kind: string };
  readonly sentences: readonly string[];
  readonly identical: boolean;
};

type Options = { readonly url: string; readonly key: string | undefined; readonly json: boolean };

const missing =
  'Nothing was decided under this id. The database knows more, for example why a message was not decided: leave --url out.';

/** Explains an event or a transition by the API. Returns whether all is well. */
export async function explainByApi(
  { env, print }: { readonly env: Env; readonly print: Print },
  wanted: { readonly kind: 'id'; readonly id: string } | { readonly kind: 'message' } | undefined,
  { url, key, json }: Options,
): Promise<boolean> {
  if (wanted?.kind !== 'id')
    throw new InvalidArgumentError(
      'The API explains ids of 32 hex digits. For a message, or with --newest, leave --url and BRIDGE_URL out.',
    );
  const api = apiOf(env, { url, ...(key !== undefined && { key }) });
  const answer = (await api.ask('GET', `/decisions/${wanted.id}`, { missing })) as ExplainedDecision;
  const { decision, sentences, identical } = answer;
  if (json) print(JSON.stringify({ id: wanted.id, findings: [decision] }));
  else for (const sentence of sentences) print(plainText(sentence));
  // As with the database: a decision that comes out different is a fault.
  return decision.kind !== 'switch' || identical;
}
