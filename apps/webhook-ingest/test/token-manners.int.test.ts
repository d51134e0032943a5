import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { connectPeople, noticeWorkout, type ConnectedPerson } from './notice-workout.ts';
import { openPullsWorld, type PullsWorld } from './pulls-world.ts';

let world: PullsWorld;
beforeAll(async () => {
  world = await openPullsWorld();
});
afterEach(() =>
  world.sim.faults('oura', {
    tokenEndpoint: 'up',
    refusalForm: 'invalid_grant',
    deadTokens: [],
    failing: [],
  }),
);
afterAll(() => world.close());

/** Somebody whose access token has ended, and somebody whose token is good; both have a notice. */
async function adaAndBen() {
  const [ada, ben] = (await connectPeople(world, 2)) as [ConnectedPerson, ConnectedPerson];
  for (const person of [ada, ben]) await noticeWorkout(world, person, { id: randomUUID() });
  await world.sim.end('oura', ada.account, 'access');
  return { ada, ben };
}

async function resolve({ connectionId }: ConnectedPerson): Promise<number> {
  const began = Date.now();
  await world.main.tasks['resolve_notices']?.({ connection_id: connectionId });
  return Date.now() - began;
}

async function standing({ connectionId }: ConnectedPerson) {
  return [await world.stateOf(connectionId), await world.noticeStates(connectionId)];
}

const isDown = () => world.main.breakerOf('oura')?.isDown();

/** Longer than any request takes, and shorter than a token endpoint is waited for. */
const undisturbedMs = 4_000;

test.each(['html', 'redirects', 'errors', 'broken', 'hangs'] as const)(
  'a token endpoint that answers so (%s) costs nobody a consent, and delays nobody whose token is good',
  async (tokenEndpoint) => {
    const { ada, ben } = await adaAndBen();
    await world.sim.faults('oura', { tokenEndpoint });
    const [, tookMs] = await Promise.all([resolve(ada), resolve(ben)]);
    expect(tookMs).toBeLessThan(undisturbedMs);
    expect(await standing(ben)).toEqual(['active', { resolved: 1 }]);
    expect(await standing(ada)).toEqual(['active', { waiting: 1 }]);
    expect(isDown()).toBe(false);
    await world.sim.faults('oura', { tokenEndpoint: 'up' });
    await resolve(ada);
    expect(await standing(ada)).toEqual(['active', { resolved: 1 }]);
  },
);

test.each(['invalid_grant', 'invalid_request', 'plain', 'html', '401', '200'] as const)(
  'a refresh token that is refused so (%s) ends one consent, and nobody else notices',
  async (refusalForm) => {
    const { ada, ben } = await adaAndBen();
    await world.sim.faults('oura', { deadTokens: [ada.account], refusalForm });
    await resolve(ada);
    await resolve(ben);
    expect(await standing(ada)).toEqual(['needs_consent', { waiting: 1 }]);
    expect(await standing(ben)).toEqual(['active', { resolved: 1 }]);
    expect(isDown()).toBe(false);
  },
);

test('a person whose API fails time and again delays nobody', async () => {
  const { ada, ben } = await adaAndBen();
  await world.sim.faults('oura', { failing: [ada.account] });
  for (let nr = 0; nr < 5; nr += 1) {
    await resolve(ada);
    await noticeWorkout(world, ben, { id: randomUUID() });
    expect(await resolve(ben)).toBeLessThan(undisturbedMs);
  }
  expect(await standing(ben)).toEqual(['active', { resolved: 6 }]);
  expect(await standing(ada)).toEqual(['active', { waiting: 1 }]);
  expect(isDown()).toBe(false);
});
