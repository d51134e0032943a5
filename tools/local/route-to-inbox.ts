import type { Stack } from './start-stack.ts';

/** So that the first alert is seen while somebody still looks. */
const waitSeconds = 5;

/**
 * Until somebody stores other routes, everything goes to the local inbox soon, information too: a deployment would rather be
 * told less and later.
 */
export async function routeToInbox({ urls, env }: Pick<Stack, 'urls' | 'env'>): Promise<void> {
  const address = `${urls.edge}/routes`;
  const authorization = `Bearer ${env.AUREN_MASTER_API_KEY ?? ''}`;
  const stored = await fetch(address, { headers: { authorization } });
  const revision = stored.headers.get('etag');
  if (!stored.ok) throw new Error(`The alerts service answered ${stored.status} to GET /routes.`);
  // Revision 0: nobody has stored routes yet.
  if (revision !== '"0"') return;
  const routing = (await stored.json()) as { readonly default: object };
  const local = { ...routing.default, deliver_info: true, group: { wait_seconds: waitSeconds } };
  const written = await fetch(address, {
    method: 'PUT',
    headers: { authorization, 'content-type': 'application/json', 'if-match': revision },
    body: JSON.stringify({ ...routing, default: local }),
  });
  if (!written.ok) throw new Error(`The alerts service answered ${written.status} to PUT /routes.`);
}
