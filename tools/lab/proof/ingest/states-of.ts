import type { Vendor } from '../../vendor-sim/vendor.ts';
import type { Person } from './people.ts';

type Access = { readonly url: string; readonly apiKey: string };

/** The state of each person's connections, as `GET /connections` shows them; undefined for one that is not there. */
export async function statesOf(
  people: readonly Person[],
  { url, apiKey }: Access,
): Promise<Record<Vendor, string | undefined>[]> {
  const headers = { authorization: `Bearer ${apiKey}` };
  const states: Record<Vendor, string | undefined>[] = [];
  for (const { userId } of people) {
    const answer = await fetch(`${url}/connections?user_id=${userId}`, { headers });
    const { connections } = (await answer.json()) as { connections: { vendor: Vendor; state: string }[] };
    const stateAt = (vendor: Vendor) => connections.find((one) => one.vendor === vendor)?.state;
    states.push({ oura: stateAt('oura'), whoop: stateAt('whoop') });
  }
  return states;
}
