import { ouraWorkout } from '../src/vendors/oura/fixtures.ts';
import type { PullsWorld } from './pulls-world.ts';

export type ConnectedPerson = Awaited<ReturnType<PullsWorld['connect']>>;

/** People who are connected to Oura. */
export function connectPeople(world: PullsWorld, count: number): Promise<ConnectedPerson[]> {
  return Promise.all(Array.from({ length: count }, () => world.connect('oura')));
}

type NoticedWorkout = { readonly id: string; readonly ageS?: number };

/** Puts a workout of yesterday, and its notice of so many seconds ago. */
export async function noticeWorkout(
  world: PullsWorld,
  of: ConnectedPerson,
  { id, ageS = 0 }: NoticedWorkout,
): Promise<void> {
  const end = new Date(Date.now() - 86_400_000);
  const start = new Date(end.getTime() - 3_600_000);
  const times = { start_datetime: start.toISOString(), end_datetime: end.toISOString() };
  const workout = ouraWorkout({ id, ...times, day: start.toISOString().slice(0, 10) });
  await world.sim.put('oura', of.account, 'workout', workout);
  await world.notice(of, { dataType: 'workout', objectId: id, operation: 'upsert', ageS });
}
