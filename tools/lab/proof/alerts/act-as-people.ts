import { setTimeout as sleep } from 'node:timers/promises';
import { utc } from '@bridge/contracts';
import type { Random } from '../random.ts';

/** An action that was asked for; `status` is that of the last answer. */
export type AskedAction = {
  readonly alertId: string;
  readonly type: 'acknowledge' | 'resolve';
  /** Tells it from every other: the end of an acknowledgement, or the comment on a resolution. */
  readonly mark: string;
  readonly status: number;
};

type Options = {
  readonly urls: readonly string[];
  readonly masterKey: string;
  readonly random: Random;
  readonly recent: readonly string[];
  readonly isOver: () => boolean;
  readonly everyMs: number;
};

const retryAfterMs = 500;
const giveUpAfterMs = 120_000;

/** Acknowledges and resolves alerts at either replica. Whoever gets no answer asks again, under the same key. */
export async function actAsPeople(options: Options): Promise<AskedAction[]> {
  const { random, recent, isOver, everyMs } = options;
  // A whole number of milliseconds apart, so that each end names one action.
  const firstEnd = Date.now() + 12 * 3_600_000;
  const asking: Promise<AskedAction>[] = [];
  while (!isOver()) {
    await sleep(everyMs);
    if (recent.length === 0) continue;
    const nr = asking.length;
    const type = random.next() < 0.7 ? 'acknowledge' : 'resolve';
    const mark = type === 'acknowledge' ? utc(firstEnd + nr) : `action ${nr}`;
    asking.push(ask({ alertId: random.pick(recent), type, mark }, nr, options));
  }
  return Promise.all(asking);
}

async function ask(
  action: Omit<AskedAction, 'status'>,
  nr: number,
  { urls, masterKey }: Options,
): Promise<AskedAction> {
  const { alertId, type, mark } = action;
  const until = Date.now() + giveUpAfterMs;
  for (let attempt = nr; ; attempt += 1) {
    const url = urls[attempt % urls.length] ?? '';
    const status = await fetch(`${url}/alerts/${alertId}/${type}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${masterKey}`,
        'content-type': 'application/json',
        'idempotency-key': `proof-${nr}`,
      },
      body: JSON.stringify(type === 'acknowledge' ? { until: mark } : { comment: mark }),
      signal: AbortSignal.timeout(15_000),
    }).then(
      async (answer) => {
        await answer.arrayBuffer();
        return answer.status;
      },
      () => 0,
    );
    if ((status > 0 && status < 500) || Date.now() > until) return { ...action, status };
    await sleep(retryAfterMs);
  }
}
