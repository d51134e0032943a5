import { afterEach, beforeEach, expect, test, vi } from 'vitest';

type Following = {
  readonly users?: readonly string[] | null;
  readonly onFrame?: (kind: string, body: unknown) => void;
  readonly onReset?: () => void;
  readonly onState?: (state: string) => void;
  readonly isSignedIn?: () => Promise<boolean>;
};

/** A browser's EventSource, as far as the page uses it: an error answer closes it for good. */
class FakeSource extends EventTarget {
  static readonly CLOSED = 2;
  static readonly opened: FakeSource[] = [];
  readyState = 0;
  onopen?: () => void;
  onerror?: () => void;
  readonly url: string;

  constructor(url: string) {
    super();
    this.url = url;
    FakeSource.opened.push(this);
  }

  open() {
    this.readyState = 1;
    this.onopen?.();
  }

  /** `closed`: the server answered with an error; else the browser connects again by itself. */
  fail(closed: boolean) {
    this.readyState = closed ? FakeSource.CLOSED : 0;
    this.onerror?.();
  }

  frame(kind: string, id: string) {
    this.dispatchEvent(new MessageEvent(kind, { data: '{}', lastEventId: id }));
  }

  close() {
    this.readyState = FakeSource.CLOSED;
  }
}

const retryMs = 3_000;
let stop: () => void;
let resets: number;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  vi.stubGlobal('EventSource', FakeSource);
  FakeSource.opened.length = 0;
  resets = 0;
  const page: string = '../public/stream.js';
  const { followStream } = (await import(page)) as { followStream: (options: Following) => () => void };
  stop = followStream({
    users: ['ada'],
    onFrame: () => undefined,
    onReset: () => (resets += 1),
    onState: () => undefined,
    isSignedIn: () => Promise.resolve(true),
  });
});
afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const source = () => FakeSource.opened.at(-1) ?? expect.fail('nothing was opened');
const lastEventId = () => new URL(source().url, 'http://edge').searchParams.get('last_event_id');

async function reopen() {
  const before = FakeSource.opened.length;
  source().fail(true);
  await vi.advanceTimersByTimeAsync(retryMs);
  expect(FakeSource.opened).toHaveLength(before + 1);
}

test('a page that saw keep-alives only reads the state again after a reopening', async () => {
  source().open();
  expect(resets).toBe(0);
  await reopen();
  expect(lastEventId()).toBeNull();
  expect(resets).toBe(0);
  source().open();
  expect(resets).toBe(1);
});

test('a page that saw a frame resumes from its id', async () => {
  source().open();
  source().frame('event', 'v1-7');
  await reopen();
  expect(lastEventId()).toBe('v1-7');
  source().open();
  expect(resets).toBe(0);
});

test('a page whose reopening fails again and again reads the state once, when it is open', async () => {
  source().open();
  await reopen();
  await reopen();
  source().fail(false);
  source().open();
  source().fail(false);
  source().open();
  expect(resets).toBe(1);
});

test('a page whose first stream never opened reads the state when one does', () => {
  source().fail(false);
  source().open();
  expect(resets).toBe(1);
});

test("a connection that breaks is the browser's to resume", () => {
  source().open();
  source().fail(false);
  source().open();
  expect(resets).toBe(0);
});
