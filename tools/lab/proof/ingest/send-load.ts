import { setTimeout as sleep } from 'node:timers/promises';
import type { VendorSim } from '../../vendor-sim/start-vendor-sim.ts';
import { vendors } from '../../vendor-sim/vendor.ts';

type Options = {
  readonly sim: VendorSim;
  readonly step: () => void;
  /** Duplicates count. */
  readonly notices: number;
  readonly perSecond: number;
  /** Hears which part is done, from 0 to 1. */
  readonly onPart: (part: number) => void;
};

/** More wait at the vendors when the application does not keep up: then changes wait too. */
const mostWaiting = 2_000;

/** Makes changes until the vendors have sent so many notices, at a pace kept by the clock. */
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
