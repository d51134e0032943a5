import { hash } from 'node:crypto';
import type { Answer } from '../../vendor-sim/http/answer.ts';
import type { Quota } from '../../vendor-sim/quota.ts';
import { startVendorSim, type VendorSim } from '../../vendor-sim/start-vendor-sim.ts';
import type { Vendor } from '../../vendor-sim/vendor.ts';
import { readTold, type Told } from './told.ts';

/** One request for one document, as the vendor saw it. */
export type Asked = {
  readonly at: number;
  readonly vendor: Vendor;
  readonly account: string | undefined;
  /** `<collection>/<id>` */
  readonly object: string;
  readonly status: number;
  /** SHA-256 of the document that was given. */
  readonly given: string | undefined;
};

export type WatchedVendors = {
  readonly sim: VendorSim;
  /** Requests for single documents. */
  readonly asked: Asked[];
  /** Requests that were answered 429. */
  readonly refusals: () => number;
  /** When a vendor gave tokens, by `<vendor>/<account>`. */
  readonly tokensGiven: ReadonlyMap<string, readonly number[]>;
  readonly lastTokenAt: () => number;
  /** Notices that were answered 2xx, by our id of them. */
  readonly accepted: ReadonlyMap<string, Told>;
};

/** Of all requests of the application together. */
export type Quotas = Readonly<Record<Vendor, Quota>>;

type Options = { readonly seed: number; readonly tokenLifetimeS: number; readonly quotas: Quotas };

/** Both vendors in this process, with what they saw of the application. */
export async function startWatchedVendors({
  seed,
  tokenLifetimeS,
  quotas,
}: Options): Promise<WatchedVendors> {
  const asked: Asked[] = [];
  const accepted = new Map<string, Told>();
  const tokensGiven = new Map<string, number[]>();
  let refusals = 0;
  let lastTokenAt = 0;

  function onAnswer(vendor: Vendor, route: string, answer: Answer): void {
    const { status, account, object, body } = answer;
    if (status === 429) refusals += 1;
    if (object !== undefined) {
      const given = status === 200 && body !== undefined ? hash('sha256', body, 'hex') : undefined;
      asked.push({ at: Date.now(), vendor, account, object, status, given });
    }
    if (route.endsWith('/token') && account !== undefined) {
      lastTokenAt = Date.now();
      const key = `${vendor}/${account}`;
      const times = tokensGiven.get(key) ?? [];
      times.push(lastTokenAt);
      tokensGiven.set(key, times);
    }
  }

  function onDelivery(vendor: Vendor, body: string, status: number): void {
    if (status < 200 || status >= 300) return;
    const told = readTold(vendor, body, Date.now());
    if (!accepted.has(told.noticeId)) accepted.set(told.noticeId, told);
  }

  const settingsOf = (vendor: Vendor) => ({ tokenLifetimeS, quotas: [quotas[vendor]] });
  const [oura, whoop] = [settingsOf('oura'), settingsOf('whoop')];
  const sim = await startVendorSim({ seed, oura, whoop, onAnswer, onDelivery });
  return {
    ...{ sim, asked, tokensGiven, accepted },
    refusals: () => refusals,
    lastTokenAt: () => lastTokenAt,
  };
}
