import type { Random } from '../random.ts';
import type { Document } from '../../vendor-sim/document-store.ts';
import type { VendorSim } from '../../vendor-sim/start-vendor-sim.ts';
import { uuidOf } from '../../vendor-sim/uuid-of.ts';
import { documentTemplates, withCorrections } from './documents.ts';
import { createObjectPool, type LiveObject } from './object-pool.ts';
import type { Person } from './people.ts';

type Options = {
  readonly sim: VendorSim;
  readonly people: readonly Person[];
  readonly seed: number;
  readonly random: Random;
  readonly now: () => number;
  /** How long an object rests after a change, so that its late score cannot overtake the next change. */
  readonly restMs: number;
};

export type Load = ReturnType<typeof createLoad>;

/** Changes at the vendors: of ten changes six create an object, three correct one and one deletes one. */
export function createLoad({ sim, people, seed, random, now, restMs }: Options) {
  const templates = documentTemplates(seed, now());
  const objects = createObjectPool(random);
  let nr = 0;

  const updatedAt = () => ({ updated_at: new Date(now()).toISOString() });

  function put(one: LiveObject, more: Document): void {
    const name = one.vendor === 'whoop' ? `whoop/${one.collection}` : one.collection;
    const document = { ...withCorrections(name, one.template, one.corrections), ...more };
    one.putAt = now();
    sim.put(one.vendor, one.account, one.collection, document);
  }

  function create(): void {
    const person = random.pick(people);
    const { userId, oura, whoop } = person;
    nr += 1;
    if (random.next() < 0.5) {
      const { collection, document } = random.pick(templates.oura);
      const id = uuidOf(seed, 'oura', nr);
      const about = { userId, vendor: 'oura', account: oura, collection, id } as const;
      put(objects.add(about, { ...document, id }), {});
    } else if (random.next() < 0.5) createWorkout(person);
    else createNight(userId, whoop);
  }

  function createWorkout({ userId, whoop: account }: Person): void {
    nr += 1;
    const id = uuidOf(seed, 'workout', nr);
    const template = { ...random.pick(templates.whoop.workouts), id, user_id: Number(account) };
    put(objects.add({ userId, vendor: 'whoop', account, collection: 'workout', id }, template), updatedAt());
  }

  /** Creates a cycle, for which WHOOP sends no notice, its sleep, and the recovery of that sleep. */
  function createNight(userId: string, account: string): void {
    const night = random.pick(templates.whoop.nights);
    const [id, cycleId, user_id] = [uuidOf(seed, 'sleep', nr), 1_000_000 + nr, Number(account)];
    const about = { userId, vendor: 'whoop', account } as const;
    const recovery = objects.add(
      { ...about, collection: 'recovery', id: String(cycleId), object: `recovery/${id}` },
      { ...night.recovery, cycle_id: cycleId, sleep_id: id, user_id },
    );
    const sleep = { ...night.sleep, id, cycle_id: cycleId, user_id };
    sim.put('whoop', account, 'cycle', { ...night.cycle, id: cycleId, user_id });
    put(objects.add({ ...about, collection: 'sleep', id }, sleep, recovery), updatedAt());
    put(recovery, updatedAt());
  }

  return {
    /** Every object that was ever created. */
    objects: objects.all,
    /** Makes one more change. */
    step: (): void => {
      const dice = random.next();
      const one = dice < 0.6 ? undefined : objects.pickRested(now() - restMs);
      // A recovery goes with its sleep.
      if (one === undefined) create();
      else if (dice >= 0.9 && one.collection !== 'recovery') {
        sim.remove(one.vendor, one.account, one.collection, one.id);
        objects.remove(one);
      } else {
        one.corrections += 1;
        put(one, one.vendor === 'whoop' ? updatedAt() : {});
      }
    },
    /** Creates one more workout at WHOOP, which sends one notice of it. */
    createWorkout,
  };
}
