import { waitUntil } from '../../local/wait-until.ts';
import { acceptedEvent, alertsOf, getFromEdge, newUser, postEvent, system } from '../system.ts';

const within = { withinMs: 20_000, everyMs: 100 };

/** A person with an open alert that rules decided. */
export async function stressedPerson(userId = newUser()): Promise<string> {
  await acceptedEvent({ user_id: userId, event_id: 'stress', hrv_rmssd: 25, readiness_score: 65 });
  await waitUntil('the alert', async () => (await alertsOf(userId)).length > 0, within);
  return userId;
}

export async function calmPerson(userId = newUser()): Promise<string> {
  await acceptedEvent({ user_id: userId, event_id: 'calm', hrv_rmssd: 62, readiness_score: 88 });
  await waitUntil('the person', async () => (await getFromEdge(`/users/${userId}/state`)).ok, within);
  return userId;
}

/** Somebody whom a rule asks something: two values that do not fit, and no usual ones yet. */
export async function askedPerson(userId = newUser()): Promise<string> {
  await acceptedEvent({ user_id: userId, event_id: 'odd', hrv_rmssd: 19, heart_rate: 45 });
  await waitUntil('the question', async () => (await questionsOf(userId)).length > 0, within);
  return userId;
}

export async function questionsOf(userId: string): Promise<readonly { readonly hypothesis_id: string }[]> {
  const response = await getFromEdge(`/users/${userId}/state`);
  return ((await response.json()) as { hypotheses: { hypothesis_id: string }[] }).hypotheses;
}

/** A person with readings of several days, the newest one minute old. */
export async function measuredPerson({ days = 3, everyHours = 2 } = {}): Promise<string> {
  const userId = newUser();
  const newest = Date.now() - 60_000;
  const steps = Math.floor((days * 24) / everyHours);
  const bodies = Array.from({ length: steps }, (_, index) => {
    const back = steps - 1 - index;
    return {
      user_id: userId,
      event_id: `m${index}`,
      timestamp: new Date(newest - back * everyHours * 3_600_000).toISOString(),
      heart_rate: 58 + (index % 9),
      hrv_rmssd: 52 + (index % 7) * 2,
      respiratory_rate: 14 + (index % 3) * 0.5,
      body_temperature: 36.4 + (index % 4) * 0.1,
      steps: 200 + (index % 5) * 90,
    };
  });
  for (const body of bodies) await acceptedEvent(body);
  await waitUntil('the newest reading', async () => (await readingsOf(userId)) >= 5, within);
  return userId;
}

async function readingsOf(userId: string): Promise<number> {
  const response = await getFromEdge(`/users/${userId}/state`);
  return ((await response.json()) as { readings: unknown[] }).readings.length;
}

/** Many people at once, each by one event; `prefix` finds them again. */
export async function manyPeople(
  number: number,
  body: (index: number) => object,
): Promise<{ readonly prefix: string; readonly userIds: readonly string[] }> {
  const prefix = newUser();
  const userIds = Array.from({ length: number }, (_, index) => `${prefix}_${String(index).padStart(4, '0')}`);
  const atOnce = 25;
  for (let start = 0; start < number; start += atOnce) {
    const some = userIds.slice(start, start + atOnce);
    await Promise.all(
      some.map(async (userId, offset) => {
        const response = await postEvent({ user_id: userId, event_id: 'one', ...body(start + offset) });
        if (response.status !== 202) throw new Error(`an event was answered ${response.status}`);
      }),
    );
  }
  // The gateway looks for new people every few seconds.
  await waitUntil('the people', async () => (await numberOf(prefix)) === number, within);
  return { prefix, userIds };
}

async function numberOf(prefix: string): Promise<number> {
  const response = await getFromEdge(`/users?q=${prefix}&limit=1`);
  return ((await response.json()) as { counts: { total: number } }).counts.total;
}

/** As whoever holds the master key. */
export async function send(method: string, path: string, body?: object): Promise<Response> {
  return fetch(system.edge + path, {
    method,
    headers: { authorization: `Bearer ${system.masterKey}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}
