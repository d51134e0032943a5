import { afterAll, describe, expect, it } from 'vitest';
import { waitUntil } from '../local/wait-until.ts';
import { connectDatabase } from './database.ts';
import { followStream } from './stream.ts';
import { acceptedEvent, alertsOf, getFromEdge, newUser, system } from './system.ts';

const database = connectDatabase();
afterAll(() => database[Symbol.asyncDispose]());

const within = { withinMs: 10_000, everyMs: 50 };
const stressed = { event_id: 'evt', hrv_rmssd: 25, readiness_score: 65 };

async function send(method: string, path: string, body: object) {
  const response = await fetch(system.edge + path, {
    method,
    headers: { authorization: `Bearer ${system.masterKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function untilAlert(userId: string, status: string) {
  const isSo = async () => (await alertsOf(userId))[0]?.status === status;
  await waitUntil(`an alert that is ${status}`, isSo, within);
  return (await alertsOf(userId))[0];
}

describe('a person', () => {
  it('is told in the language of their profile, and their answer ends the alert', async () => {
    const userId = newUser();
    const profile = { language: 'de', time_zone: 'Europe/Berlin' };
    expect((await send('PUT', `/users/${userId}/profile`, profile)).status).toBe(202);
    expect(await (await getFromEdge(`/users/${userId}/profile`)).json()).toEqual(profile);

    await acceptedEvent({ user_id: userId, ...stressed });
    const alert = await untilAlert(userId, 'firing');
    const title = 'Lassen Sie es heute ruhig angehen';
    expect(alert).toMatchObject({ ...profile, kind: 'rule.stress_overload', title });

    const answer = { alert_id: alert?.alert_id, answer: 'fine' };
    expect((await send('POST', `/users/${userId}/answers`, answer)).status).toBe(202);
    expect(await untilAlert(userId, 'resolved')).toMatchObject({ reason: 'answered' });
  });

  it('who answers what was never asked changes nothing', async () => {
    const userId = newUser();
    await acceptedEvent({ user_id: userId, ...stressed });
    const alert = await untilAlert(userId, 'firing');
    const unknown = { alert_id: 'f'.repeat(32), answer: 'fine' };
    expect((await send('POST', `/users/${userId}/answers`, unknown)).status).toBe(202);
    // Events are stored with their decisions.
    await waitUntil('the decision', async () => (await database.eventCountOf(userId)) === 2, within);
    expect(await alertsOf(userId)).toEqual([alert]);
  });

  it('is shown what was found out about them, on the stream and in the list', async () => {
    const userId = newUser();
    using stream = await followStream(userId);
    await acceptedEvent({ user_id: userId, ...stressed });
    await stream.until(4);
    const insights = stream.frames.filter(({ kind }) => kind === 'insight').map(({ data }) => data);
    expect(insights).toMatchObject([{ kind: 'device_learning', user_id: userId }]);
    const listed = await getFromEdge(`/users/${userId}/insights`);
    expect(await listed.json()).toEqual({ insights, next: null });
  });
});
