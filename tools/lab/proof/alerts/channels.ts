import type { Routing } from '@bridge/contracts';
import { putJson } from './put-json.ts';
import type { ProofReceiver } from './receiver.ts';

/** Receivers by how they behave. `steady` hears of everybody, each of the others of one class of persons. */
export const classes = ['phone', 'hanging', 'failing', 'limited', 'dying', 'gone'] as const;
export type PersonClass = (typeof classes)[number];
export type ChannelName = PersonClass | 'steady';

/** A person of class n, and the prefix that routes match. */
export const personId = (nr: number): string => `${classOf(nr)}-person-${nr}`;

function classOf(nr: number): PersonClass {
  const found = classes[nr % classes.length];
  if (found === undefined) throw new Error('there are no classes of persons');
  return found;
}

/** The channels that an alert of this person goes to. */
export function channelsOf(userId: string): readonly ChannelName[] {
  const own = classes.find((name) => userId.startsWith(`${name}-`));
  return own === undefined ? ['steady'] : ['steady', own];
}

const longS = 30 * 86_400;

/** Short waits, and no repetition that a proof would have to tell from a delivery that was made twice. */
const routing: Routing = {
  default: {
    channels: ['steady'],
    group: { wait_seconds: 0.2, interval_seconds: 1, repeat_seconds: longS },
    deliver_info: true,
  },
  routes: classes.map((name) => ({
    name,
    match: { user_id: [{ prefix: `${name}-` }] },
    channels: ['steady', name],
  })),
  inhibitions: [],
  systems: {},
};

const budgets = [
  { severity: 'warning', alerts: 1_000, days: 1 },
  { severity: 'info', alerts: 1_000, days: 1 },
] as const;

/** Stores channels, routes and budgets over the API. */
export async function configure(
  url: string,
  masterKey: string,
  receivers: { readonly byName: ReadonlyMap<ChannelName, ProofReceiver> },
): Promise<void> {
  const service = { url, masterKey };
  for (const [name, { channel }] of receivers.byName) await putJson(service, `/channels/${name}`, channel);
  await putJson(service, '/budgets', { budgets });
  await putJson(service, '/routes', routing);
}
