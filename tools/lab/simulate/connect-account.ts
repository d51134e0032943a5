import type { DemoAccount } from './accounts.ts';

type Options = { readonly edgeUrl: string; readonly apiKey: string; readonly signal: AbortSignal };

/**
 * Connects a person as a browser does: to the vendor's page, where the person agrees, and back to the bridge.
 *
 * @throws Error that names the step and its status.
 */
export async function connectAccount({ userId, vendor, id }: DemoAccount, options: Options): Promise<void> {
  const { edgeUrl, apiKey, signal } = options;
  const json = { accept: 'application/json' };
  const begin = `${edgeUrl}/connect/${vendor}?user_id=${encodeURIComponent(userId)}`;
  const begun = await fetch(begin, { headers: { ...json, authorization: `Bearer ${apiKey}` }, signal });
  if (!begun.ok) throw new Error(`/connect/${vendor} answered ${begun.status}`);
  const { authorize_url } = (await begun.json()) as { authorize_url: string };

  const page = new URL(authorize_url);
  page.searchParams.set('sim_account', id);
  const agreed = await fetch(page, { redirect: 'manual', signal });
  const callback = agreed.headers.get('location');
  if (callback === null) throw new Error(`the consent page of ${vendor} answered ${agreed.status}`);

  const finished = await fetch(callback, { headers: json, redirect: 'manual', signal });
  if (finished.status >= 400) throw new Error(`the callback of ${vendor} answered ${finished.status}`);
}
