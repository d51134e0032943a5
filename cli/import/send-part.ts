import { setTimeout as sleep } from 'node:timers/promises';

/** The service's answer to a body of Apple Health data. */
export type ImportAnswer = {
  readonly points: number;
  readonly new: number;
  readonly duplicates: number;
  readonly corrected: number;
  readonly quarantined: number;
  readonly dropped: number;
  readonly unknown: Readonly<Record<string, number>>;
};

export type Sender = {
  /** The base URL of the edge, or of webhook-ingest itself. */
  readonly url: string;
  readonly key: string;
  readonly userId: string;
  /** Called before a pause, with the service's reason. */
  readonly onPause: (reason: string, seconds: number) => void;
};

type Body = { readonly bytes: Uint8Array; readonly type: string; readonly encoding?: 'gzip' };

const attempts = 8;

/** Sends one body, and retries after a pause while the service is unavailable. Throws any other refusal. */
export async function sendPart({ url, key, userId, onPause }: Sender, body: Body): Promise<ImportAnswer> {
  const target = new URL('/webhooks/apple', url);
  target.searchParams.set('user_id', userId);
  for (let attempt = 1; ; attempt += 1) {
    const sent = await fetch(target, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': body.type,
        ...(body.encoding && { 'content-encoding': body.encoding }),
      },
      body: Buffer.from(body.bytes),
    }).catch((error: unknown) => error as Error);
    if (!(sent instanceof Error) && sent.ok) return (await sent.json()) as ImportAnswer;
    const reason = sent instanceof Error ? 'the service cannot be reached' : await reasonOf(sent);
    const mayPass = sent instanceof Error || sent.status === 429 || sent.status >= 500;
    if (!mayPass || attempt === attempts) throw new Error(reason);
    const asked = sent instanceof Error ? 0 : Number(sent.headers.get('retry-after') ?? 0);
    const seconds = Math.max(asked, Math.min(30, 2 ** (attempt - 1)));
    onPause(reason, seconds);
    await sleep(seconds * 1_000);
  }
}

async function reasonOf(response: Response): Promise<string> {
  const problem = (await response.json().catch(() => ({}))) as { title?: string; detail?: string };
  return `${response.status} ${problem.detail ?? problem.title ?? response.statusText}`;
}
