import { chanceOf } from '../../simulate/life/chance.ts';
import { createTimers } from '../timers.ts';
import type { VendorState } from '../vendor-state.ts';
import { noticeBody, type Notice } from './notice.ts';
import { createPoster } from './post.ts';
import { signatureHeaders } from './sign.ts';

/** The receiver of a notice. `cancel` is called when it answers 410. */
export type Target = { readonly url: string; readonly cancel?: () => void };

type Delivery = {
  readonly target: Target;
  readonly body: string;
  /** Time of the first attempt. */
  readonly signedAt: number;
  attempt: number;
};

export type NoticeSender = ReturnType<typeof createNoticeSender>;

/** Sends the notices of one vendor, in their order unless the faults change it, until each is accepted. */
export function createNoticeSender(state: VendorState, targetsOf: (notice: Notice) => readonly Target[]) {
  const { vendor, seed, now, faults, stats } = state;
  const deliveries = createDeliveries(state);
  return {
    send: (notice: Notice): void => {
      const { lostShare, duplicateShare, lateShare, lateMs } = faults.get();
      const { notices } = stats.get();
      const chance = chanceOf(seed, vendor, 'notice', notice.nr);
      const [isLost, isTwice, isLate] = [lostShare, duplicateShare, lateShare].map(chance.happens);
      notices.made += 1;
      if (isLost) notices.lost += 1;
      if (isLost) return;
      if (isTwice) notices.duplicated += 1;
      if (isLate) notices.late += 1;
      const body = noticeBody(notice, seed);
      for (const target of targetsOf(notice)) {
        for (let copy = 0; copy < (isTwice ? 2 : 1); copy += 1) {
          notices.waiting += 1;
          deliveries.add({ target, body, signedAt: now(), attempt: 0 }, isLate ? lateMs : 0);
        }
      }
    },
    /** To be called after the faults changed. */
    wake: deliveries.work,
    close: deliveries.close,
  };
}

/** Attempts deliveries, as many at once as the faults allow, again and again until they are accepted or given up. */
function createDeliveries({ vendor, now, faults, stats, settings, onDelivery }: VendorState) {
  const poster = createPoster();
  const queue = createQueue<Delivery>();
  const timers = createTimers();
  let underWay = 0;
  let isClosed = false;

  function add(delivery: Delivery, delayMs: number): void {
    if (delayMs > 0) {
      timers.later(delayMs, () => add(delivery, 0));
      return;
    }
    queue.push(delivery);
    work();
  }

  function work(): void {
    const { concurrency, held } = faults.get();
    while (!isClosed && !held && underWay < concurrency) {
      const delivery = queue.shift();
      if (!delivery) return;
      underWay += 1;
      void attempt(delivery).finally(() => {
        underWay -= 1;
        work();
      });
    }
  }

  async function attempt(delivery: Delivery): Promise<void> {
    const { target, body, signedAt } = delivery;
    const { timeoutMs, retriesAreSignedAnew } = faults.get();
    const at = retriesAreSignedAnew ? now() : signedAt;
    const headers = signatureHeaders(vendor, { secret: settings.clientSecret, at, body });
    const start = performance.now();
    const status = await poster.post({ url: target.url, headers, body, timeoutMs });
    stats.delivered(status, performance.now() - start);
    onDelivery(body, status);
    settle(delivery, status);
  }

  function settle(delivery: Delivery, status: number): void {
    const { notices } = stats.get();
    const delay = faults.get().retryDelaysMs[delivery.attempt];
    if (status >= 200 && status < 300) notices.accepted += 1;
    else if (status === 410 && delivery.target.cancel) {
      delivery.target.cancel();
      notices.gaveUp += 1;
    } else if (delay === undefined) notices.gaveUp += 1;
    else {
      delivery.attempt += 1;
      add(delivery, delay);
      return;
    }
    notices.waiting -= 1;
  }

  return {
    add,
    work,
    close: (): void => {
      isClosed = true;
      timers.close();
      poster.close();
    },
  };
}

/** A first-in-first-out queue that never moves its items, since a hundred thousand may wait. */
function createQueue<T>() {
  let waiting: T[] = [];
  let first = 0;
  return {
    push: (item: T) => waiting.push(item),
    shift(): T | undefined {
      const item = waiting[first];
      first += 1;
      if (first < waiting.length) return item;
      waiting = [];
      first = 0;
      return item;
    },
  };
}
