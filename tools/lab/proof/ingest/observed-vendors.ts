import { hash } from 'node:crypto';
import type { Answer } from '../../vendor-sim/http/answer.ts';
import type { Quota } from '../../vendor-sim/quota.ts';
import { startVendorSim, type VendorSim } from '../../vendor-sim/start-vendor-sim.ts';
import type { Vendor } from '../../vendor-sim/vendor.ts';
import { parseNotice, type SentNotice } from './sent-notice.ts';

/** A request for one document, as the vendor saw it. */
export type DocumentRequest = {
  readonly at: number;
  readonly vendor: Vendor;
  readonly account: string | undefined;
  /** `<collection>/<id>` */
  readonly object: string;
  readonly status: number;
  /** SHA-256 of the document in the answer. */
  readonly documentHash: string | undefined;
};

export type ObservedVendors = {
  readonly sim: VendorSim;
  /** Requests for single documents. */
  readonly documentRequests: DocumentRequest[];
  /** Requests that were answered 429. */
  readonly refusals: () => number;
  /** When a vendor issued tokens, by `<vendor>/<account>`. */
  readonly tokenTimes: ReadonlyMap<string, readonly number[]>;
  readonly lastTokenAt: () => number;
  /** Notices that were answered 2xx, by the id that webhook-ingest uses. */
  readonly acceptedNotices: ReadonlyMap<string, SentNotice>;
};

/** The quotas of the application, for all of its requests together. */
export type Quotas = Readonly<Record<Vendor, Quota>>;

export type ObservedVendorsOptions = {
  readonly seed: number;
  readonly tokenLifetimeS: number;
  readonly quotas: Quotas;
};

/** Starts both vendors in this process and records the application's requests. */
export async function startObservedVendors({
  seed,
  tokenLifetimeS,
  quotas,
}: ObservedVendorsOptions): Promise<ObservedVendors> {
  const documentRequests: DocumentRequest[] = [];
  const acceptedNotices = new Map<string, SentNotice>();
  const tokenTimes = new Map<string, number[]>();
  let refusals = 0;
  let lastTokenAt = 0;

  function onAnswer(vendor: Vendor, route: string, answer: Answer): void {
    const { status, account, object, body } = answer;
    if (status === 429) refusals += 1;
    if (object !== undefined) {
      const documentHash = status === 200 && body !== undefined ? hash('sha256', body, 'hex') : undefined;
      documentRequests.push({ at: Date.now(), vendor, account, object, status, documentHash });
    }
    if (route.endsWith('/token') && account !== undefined) {
      lastTokenAt = Date.now();
      const key = `${vendor}/${account}`;
      const times = tokenTimes.get(key) ?? [];
      times.push(lastTokenAt);
      tokenTimes.set(key, times);
    }
  }

  function onDelivery(vendor: Vendor, body: string, status: number): void {
    if (status < 200 || status >= 300) return;
    const notice = parseNotice(vendor, body, Date.now());
    if (!acceptedNotices.has(notice.noticeId)) acceptedNotices.set(notice.noticeId, notice);
  }

  const settingsOf = (vendor: Vendor) => ({ tokenLifetimeS, quotas: [quotas[vendor]] });
  const [oura, whoop] = [settingsOf('oura'), settingsOf('whoop')];
  const sim = await startVendorSim({ seed, oura, whoop, onAnswer, onDelivery });
  return {
    sim,
    documentRequests,
    tokenTimes,
    acceptedNotices,
    refusals: () => refusals,
    lastTokenAt: () => lastTokenAt,
  };
}
