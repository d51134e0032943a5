import type { Random } from '../random.ts';
import type { Document } from '../../vendor-sim/document-store.ts';
import type { VendorSim } from '../../vendor-sim/start-vendor-sim.ts';
import { uuidOf } from '../../vendor-sim/uuid-of.ts';
import type { Vendor } from '../../vendor-sim/vendor.ts';
import { withCorrections, documentTemplates } from './documents.ts';
import type { Person } from './people.ts';

/** An object of which a vendor has told. */
export type VendorObject = {
  readonly userId: string;
  readonly vendor: Vendor;
  readonly account: string;
  readonly collection: string;
  /** Under which the vendor keeps it. */
  readonly id: string;
  /** As events name it. */
  readonly object: string;
};

type LiveObject = VendorObject & {
  readonly template: Document;
  /** Objects that go with it. */
  readonly companion?: LiveObject;
  corrections: number;
  putAt: number;
};

type Options = {
  readonly sim: VendorSim;
  readonly people: readonly Person[];
  readonly seed: number;
  readonly random: Random;
  readonly now: () => number;
  /** So long after its last change an object is left alone: a late score of before must not overtake what follows. */
  readonly restMs: number;
};

export type Load = ReturnType<typeof createLoad>;

/** What happens at the vendors: six of ten changes are new objects, three corrections, one a deletion. */
export function createLoad({ sim, people, seed, random, now, restMs }: Options) {
  const templates = documentTemplates(seed, now());
  const made: VendorObject[] = [];
  const living: LiveObject[] = [];
  let nr = 0;

  function put(one: LiveObject, more: Document): void {
    const name = one.vendor === 'whoop' ? `whoop/${one.collection}` : one.collection;
    const document = { ...withCorrections(name, one.template, one.corrections), ...more };
    one.putAt = now();
    sim.put(one.vendor, one.account, one.collection, document);
  }

  function add(
    about: Omit<VendorObject, 'object'> & { object?: string },
    template: Document,
    companion?: LiveObject,
  ): LiveObject {
    const one: LiveObject = {
      object: `${about.collection}/${about.id}`,
      ...about,
      ...{ template, corrections: 0, putAt: 0 },
      ...(companion && { companion }),
    };
    living.push(one);
    made.push(one);
    return one;
  }

  function create(): void {
    const person = random.pick(people);
    const { userId, oura, whoop } = person;
    nr += 1;
    if (random.next() < 0.5) {
      const { collection, document } = random.pick(templates.oura);
      const id = uuidOf(seed, 'oura', nr);
      put(add({ userId, vendor: 'oura', account: oura, collection, id }, { ...document, id }), {});
    } else if (random.next() < 0.5) createWorkout(person);
    else createNight(userId, whoop);
  }

  function createWorkout({ userId, whoop: account }: Person): void {
    nr += 1;
    const id = uuidOf(seed, 'workout', nr);
    const template = { ...random.pick(templates.whoop.workouts), id, user_id: Number(account) };
    put(add({ userId, vendor: 'whoop', account, collection: 'workout', id }, template), updated());
  }

  /** A cycle, of which WHOOP does not tell, its sleep and the recovery of that. */
  function createNight(userId: string, account: string): void {
    const night = random.pick(templates.whoop.nights);
    const [id, cycleId, user_id] = [uuidOf(seed, 'sleep', nr), 1_000_000 + nr, Number(account)];
    const about = { userId, vendor: 'whoop', account } as const;
    const recovery = add(
      { ...about, collection: 'recovery', id: String(cycleId), object: `recovery/${id}` },
      { ...night.recovery, cycle_id: cycleId, sleep_id: id, user_id },
    );
    const sleep = { ...night.sleep, id, cycle_id: cycleId, user_id };
    sim.put('whoop', account, 'cycle', { ...night.cycle, id: cycleId, user_id });
    put(add({ ...about, collection: 'sleep', id }, sleep, recovery), updated());
    put(recovery, updated());
  }

  const updated = () => ({ updated_at: new Date(now()).toISOString() });

  /** One that has rested, if a few picks find one. */
  function rested(): LiveObject | undefined {
    for (let pick = 0; pick < 5 && living.length > 0; pick += 1) {
      const one = random.pick(living);
      const lastPut = Math.max(one.putAt, one.companion?.putAt ?? 0);
      if (now() - lastPut > restMs) return one;
    }
    return undefined;
  }

  function remove(one: LiveObject): void {
    sim.remove(one.vendor, one.account, one.collection, one.id);
    for (const gone of [one, ...(one.companion ? [one.companion] : [])]) {
      const last = living.pop();
      if (last === undefined || last === gone) continue;
      const at = living.indexOf(gone);
      if (at === -1) living.push(last);
      else living[at] = last;
    }
  }

  return {
    /** Every object that there ever was. */
    made: made as readonly VendorObject[],
    /** One more change. */
    step: (): void => {
      const dice = random.next();
      const one = dice < 0.6 ? undefined : rested();
      // A recovery goes with its sleep.
      if (one === undefined) create();
      else if (dice >= 0.9 && one.collection !== 'recovery') remove(one);
      else {
        one.corrections += 1;
        put(one, one.vendor === 'whoop' ? updated() : {});
      }
    },
    /** One more workout at WHOOP, told of once. */
    createWorkout,
  };
}
