import { setTimeout as sleep } from 'node:timers/promises';
import type { VendorSim } from '../../vendor-sim/start-vendor-sim.ts';
import { vendors } from '../../vendor-sim/vendor.ts';

type Options = {
  readonly sim: VendorSim;
  readonly step: () => void;
  /** The number of notices, including duplicates. */
  readonly notices: number;
  readonly perSecond: number;
  /** Called with the part that has been sent, from 0 to 1. */
  readonly onPart: (part: number) => void;
};

/** The most notices that wait at the vendors. Changes pause when the application does not keep up. */
const mostWaiting = 2_000;

/** Makes changes at a steady pace until the vendors have sent this many notices. */
export async function sendLoad({ sim, step, notices, perSecond, onPart }: Options): Promise<void> {
  const sum = (of: 'made' | 'duplicated' | 'waiting') =>
    vendors.reduce((all, vendor) => all + sim.stats(vendor).notices[of], 0);
  const sent = () => sum('made') + sum('duplicated');
  const before = sent();
  const started = Date.now();
  for (;;) {
    const done = sent() - before;
    onPart(done / notices);
    if (done >= notices) return;
    const due = Math.min(notices, ((Date.now() - started) * perSecond) / 1_000);
    for (let room = mostWaiting - sum('waiting'); room > 0 && sent() - before < due; room -= 1) step();
    await sleep(20);
  }
}

/** Resolves each waiter when the given part of the load, from 0 to 1, has been sent. */
export function createProgressGate() {
  const waiting: { readonly part: number; readonly resolve: () => void }[] = [];
  let passed = 0;
  return {
    pass: (part: number): void => {
      passed = part;
      for (const one of waiting) if (passed >= one.part) one.resolve();
    },
    reached: (part: number): Promise<void> => {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      if (passed >= part) resolve(undefined);
      else waiting.push({ part, resolve: () => resolve(undefined) });
      return promise;
    },
  };
}
