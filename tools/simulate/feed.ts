import { setTimeout as sleep } from 'node:timers/promises';
import { type Person, people } from './people.ts';
import { vitalsAt } from './physiology.ts';
import { createRandom } from './random.ts';

export type FeedOptions = {
  /** Origin of the edge. */
  readonly edgeUrl: string;
  /** A key with the scope `ingest`. */
  readonly apiKey: string;
  readonly seed: number;
  /** Events per second over all people. */
  readonly rate: number;
  /** Hears of failures, without bodies. */
  readonly report: (line: string) => void;
  readonly signal: AbortSignal;
};

/** A synthetic day passes in this many milliseconds, so that there is something to see within minutes. */
const dayMs = 24 * 60_000;
const hourMs = dayMs / 24;
const pauseAfterFailureMs = 5000;

/** The body that a wearable's app would post: the guides' flat form. */
function bodyOf(person: Person, options: { hour: number; at: Date; noise: number; eventId: string }) {
  const { heartRate, rmssd, readiness } = vitalsAt(person, options.hour, options.noise);
  return {
    user_id: person.userId,
    event_id: options.eventId,
    event_type: 'heart_rate',
    timestamp: options.at.toISOString(),
    heart_rate: heartRate,
    hrv_rmssd: rmssd,
    readiness_score: readiness,
  };
}

/** Posts events of all people in turn until `signal` aborts. Values follow from the seed, ids from the start time too. */
export async function runFeed({ edgeUrl, apiKey, seed, rate, report, signal }: FeedOptions): Promise<void> {
  const random = createRandom(seed);
  const startedAt = Date.now();
  for (let count = 0; !signal.aborted; count += 1) {
    const person = people[count % people.length];
    if (!person) return;
    const at = new Date();
    const hour = 8 + (at.getTime() - startedAt) / hourMs;
    const body = bodyOf(person, { hour, at, noise: random(), eventId: `demo-${startedAt}-${count}` });
    const failure = await post(`${edgeUrl}/webhooks/${person.source}`, body, apiKey, signal);
    if (failure !== undefined) report(`demo feed: ${failure}`);
    await sleep(failure === undefined ? 1000 / rate : pauseAfterFailureMs, undefined, { signal }).catch(
      () => undefined,
    );
  }
}

async function post(
  url: string,
  body: object,
  apiKey: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
    });
    await response.arrayBuffer();
    return response.ok ? undefined : `answered ${response.status}`;
  } catch (error) {
    if (signal.aborted) return undefined;
    return error instanceof Error ? error.message : String(error);
  }
}
