import { setTimeout as sleep } from 'node:timers/promises';
import { demoAccounts, type DemoAccount } from './accounts.ts';
import { connectAccount } from './connect-account.ts';
import { dayEvents, pastEvents, type ScheduledEvent } from './play-demo.ts';
import { createShipments, everyAccount, type Shipment } from './shipments.ts';
import { createVendorControl } from './vendor-control.ts';

export type FeedOptions = {
  /** Origin of the edge. */
  readonly edgeUrl: string;
  /** A key with the scopes `ingest` and `connections`. */
  readonly apiKey: string;
  /** URL of the vendor simulator. Without it, rings and straps send the guides' flat bodies. */
  readonly vendorSimUrl?: string | undefined;
  readonly seed: number;
  /** Real minutes that a simulated day takes; 24 unless given. */
  readonly dayMinutes?: number;
  /** Hears of failures, without bodies. */
  readonly report: (line: string) => void;
  readonly signal: AbortSignal;
};

type Send = (shipment: Shipment) => Promise<void>;

/** Also when a device syncs in bulk. */
const leastSpacingMs = 50;
const pauseAfterFailureMs = 5000;

/** Brings two weeks of history, then plays day after day until `signal` aborts. */
export async function runFeed(options: FeedOptions): Promise<void> {
  const { seed, dayMinutes = 24, signal } = options;
  const past = pastEvents({ seed, startedAt: Date.now() });
  const connected = await connectPeople(past, options);
  const send = createSend(options);
  const shipmentOf = createShipments(connected);
  const shipAll = async (played: readonly ScheduledEvent[], skip: Shipment['to'] | undefined) => {
    const shipments = played.map(({ event, due }) => ({ shipment: shipmentOf(event), due }));
    await sendAll(
      shipments.filter(({ shipment }) => shipment.to !== skip),
      { ...options, send },
    );
  };
  // The vendors have their part of the past already.
  await shipAll(past, 'vendor');
  const play = { seed, dayMinutes, startedAt: Date.now() };
  for (let nth = 0; !signal.aborted; nth += 1) await shipAll(dayEvents(play, nth), undefined);
}

/** Lets the vendors have the past, without notices, and connects everybody: the first pull finds it there. */
async function connectPeople(
  past: readonly ScheduledEvent[],
  options: FeedOptions,
): Promise<ReadonlySet<DemoAccount>> {
  const { vendorSimUrl, signal } = options;
  const connected = new Set<DemoAccount>();
  if (vendorSimUrl === undefined) return connected;
  await attempt(options, async () => {
    const control = createVendorControl(vendorSimUrl, signal);
    for (const account of demoAccounts) await control.addAccount(account);
    const shipmentOf = createShipments(everyAccount);
    const shipments = past.map(({ event }) => shipmentOf(event));
    await control.put(
      shipments.filter((shipment) => shipment.to === 'vendor'),
      false,
    );
    for (const account of demoAccounts) {
      const isConnected = await attempt(options, () => connectAccount(account, options));
      if (isConnected) connected.add(account);
    }
  });
  return connected;
}

/** Returns whether the work succeeded. Reports a failure unless the feed ends. */
async function attempt({ report, signal }: FeedOptions, run: () => Promise<void>): Promise<boolean> {
  try {
    await run();
    return true;
  } catch (error) {
    if (!signal.aborted) report(`demo feed: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}

type Due = { readonly shipment: Shipment; readonly due: number };

async function sendAll(
  shipments: readonly Due[],
  options: FeedOptions & { readonly send: Send },
): Promise<void> {
  const { send, signal } = options;
  // An abort ends the pause; the loop then stops by itself.
  const pause = (ms: number) => sleep(ms, undefined, { signal }).catch(() => undefined);
  for (const { shipment, due } of shipments) {
    await pause(Math.max(leastSpacingMs, due - Date.now()));
    if (signal.aborted) return;
    const isSent = await attempt(options, () => send(shipment));
    if (!isSent) await pause(pauseAfterFailureMs);
  }
}

/** Throws when somebody refuses it. */
function createSend({ edgeUrl, apiKey, vendorSimUrl, signal }: FeedOptions): Send {
  const control = vendorSimUrl === undefined ? undefined : createVendorControl(vendorSimUrl, signal);
  return async (shipment) => {
    if (shipment.to === 'vendor') {
      await control?.put([shipment], true);
      return;
    }
    const response = await fetch(`${edgeUrl}${shipment.path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(shipment.body),
      signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
    });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`${shipment.path.split('?')[0] ?? ''} answered ${response.status}`);
  };
}
