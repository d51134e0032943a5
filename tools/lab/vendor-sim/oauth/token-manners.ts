import type { Faults } from '../faults.ts';
import { html, json, noAnswer, redirect, type Answer } from '../http/answer.ts';
import type { TokenPair } from './tokens.ts';

const noStore = { 'cache-control': 'no-store' };

/** How a vendor says no to a token or a code; all of these are seen in the wild. */
export function refusal({ refusalForm }: Pick<Faults, 'refusalForm'>): Answer {
  switch (refusalForm) {
    case 'invalid_grant':
    case 'invalid_request':
      return json(400, { error: refusalForm }, noStore);
    case 'plain':
      return { status: 400, headers: { 'content-type': 'text/plain' }, body: 'Bad Request' };
    case 'html':
      return html(403, '<!doctype html><title>Forbidden</title>');
    case '401':
      return json(401, { error: 'invalid_token' }, noStore);
    case '200':
      return json(200, { error: 'invalid_grant' }, noStore);
  }
}

/** The answer with new tokens, as complete as the vendor makes it. */
export function tokenAnswerOf({ tokenForm }: Pick<Faults, 'tokenForm'>, pair: TokenPair): Answer {
  switch (tokenForm) {
    case 'complete':
      return json(200, pair, noStore);
    case 'nulls':
      return json(200, { ...pair, id_token: null, scope: null }, noStore);
    case 'odd':
      return json(200, { ...pair, expires_in: String(pair.expires_in), scope: '', id_token: '' }, noStore);
    case 'no_refresh': {
      const { refresh_token, ...without } = pair;
      return json(200, refresh_token === undefined ? pair : without, noStore);
    }
  }
}

/** What a token endpoint does that is out of order; undefined while it is in order. */
export function disorder({ tokenEndpoint }: Pick<Faults, 'tokenEndpoint'>): Answer | 'hangs' | undefined {
  switch (tokenEndpoint) {
    case 'up':
      return undefined;
    case 'errors':
      return json(500, { error: 'server_error' });
    case 'broken':
      return noAnswer;
    case 'html':
      return html(200, '<!doctype html><title>Maintenance</title>');
    case 'redirects':
      return redirect('http://127.0.0.1:1/elsewhere');
    case 'hangs':
      return 'hangs';
  }
}
