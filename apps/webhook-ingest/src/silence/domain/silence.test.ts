import { languages } from '@bridge/contracts';
import { describe, expect, it } from 'vitest';
import { ouraSleep } from '../../vendors/oura/fixtures.ts';
import { whoopRecovery } from '../../vendors/whoop/fixtures.ts';
import { causeOfAnswer } from './cause-of-answer.ts';
import { findSilences as findIn } from './find-silences.ts';
import { expectedIntervals } from './expected-intervals.ts';
import { oura } from '../../vendors/oura/vendor.ts';
import { whoop } from '../../vendors/whoop/vendor.ts';
import { silenceChange } from './silence-signal.ts';
import { silenceCauses, type Silence, type SilenceCause, type FeedState } from './feed-state.ts';

const hour = 3_600_000;
const intervals = expectedIntervals([oura, whoop]);
const findSilences = (of: FeedState, at: number) => findIn(of, at, intervals);
const now = Date.parse('2026-07-09T12:00:00Z');
const ago = (hours: number) => now - hours * hour;

function feed(changes: Partial<FeedState> = {}): FeedState {
  return {
    connection: { connectionId: 'c-1', subjectId: 's-1', vendor: 'whoop', state: 'active' },
    connectedAtMs: ago(1000),
    lastArrivals: new Map([
      ['sleep', ago(70)],
      ['recovery', ago(70)],
      ['cycle', ago(5)],
    ]),
    unsubscribed: new Set(),
    reported: { alertId: undefined, silences: [] },
    ...changes,
  };
}

function inState(state: FeedState['connection']['state']): FeedState {
  return feed({ connection: { ...feed().connection, state } });
}

describe('a data type is silent', () => {
  it('when nothing came for longer than its interval', () => {
    expect(findSilences(feed(), now)).toEqual([
      { dataType: 'sleep', sinceMs: ago(70), cause: undefined },
      { dataType: 'recovery', sinceMs: ago(70), cause: undefined },
    ]);
  });

  it('counted from the consent when nothing ever came', () => {
    const fresh = feed({ lastArrivals: new Map(), connectedAtMs: ago(50) });
    expect(findSilences(fresh, now).map(({ dataType }) => dataType)).toEqual(['cycle']);
  });

  it('never without an interval, nor of another vendor', () => {
    const silent = findSilences(feed({ lastArrivals: new Map() }), now).map(({ dataType }) => dataType);
    expect(silent).toEqual(['sleep', 'recovery', 'cycle']);
    expect(intervals.some(({ dataType }) => dataType === 'workout')).toBe(false);
  });

  it('never where nothing is expected any more', () => {
    expect(findSilences(inState('disconnected'), now)).toEqual([]);
  });
});

describe('the cause', () => {
  const causesOf = (one: FeedState) => findSilences(one, now).map(({ cause }) => cause);
  const toldAs = (cause: SilenceCause) =>
    feed({ reported: { alertId: 'a', silences: [{ dataType: 'sleep', cause, sinceMs: ago(70) }] } });

  it('is our own knowledge first', () => {
    expect(causesOf(inState('needs_consent'))).toEqual(['revoked', 'revoked']);
    expect(causesOf(inState('lapsed'))).toEqual(['lapsed', 'lapsed']);
    expect(causesOf(feed({ unsubscribed: new Set(['sleep']) }))).toEqual(['subscription_gone', undefined]);
  });

  it('as the vendor reported it stays, since what comes later arrives', () => {
    for (const cause of ['vendor_has_nothing', 'missed', 'scope_missing'] as const) {
      expect(causesOf(toldAs(cause))).toEqual([cause, undefined]);
    }
  });

  it.each(['revoked', 'lapsed', 'subscription_gone', 'vendor_unreachable'] as const)(
    'is asked for again when %s is over',
    (cause) => {
      expect(causesOf(toldAs(cause))).toEqual([undefined, undefined]);
    },
  );
});

describe('what the vendor lists', () => {
  const woken = Date.parse('2026-07-06T06:30:00+09:00');
  const asked = { vendor: oura, dataType: 'sleep' } as const;
  const page = (...documents: unknown[]) => ({ kind: 'page', documents, next: undefined }) as const;

  it('since the last arrival was missed', () => {
    expect(causeOfAnswer(page(ouraSleep()), { ...asked, sinceMs: woken - 1 })).toBe('missed');
  });

  it.each([
    ['older', page(ouraSleep())],
    ['no document', page({ id: 'x' }, null)],
    ['deleted', page(ouraSleep({ type: 'deleted', bedtime_end: '2026-07-08T06:30:00+09:00' }))],
    ['nothing', page()],
  ])('and is %s tells that it has nothing', (_, answer) => {
    expect(causeOfAnswer(answer, { ...asked, sinceMs: woken })).toBe('vendor_has_nothing');
  });

  it('and is not scored yet was not missed', () => {
    const pending = whoopRecovery({ score_state: 'PENDING_SCORE', score: undefined });
    const recovery = { vendor: whoop, dataType: 'recovery', sinceMs: 0 } as const;
    expect(causeOfAnswer(page(pending), recovery)).toBe('vendor_has_nothing');
    expect(causeOfAnswer(page(whoopRecovery()), recovery)).toBe('missed');
  });

  it('as points counts too', () => {
    const pulse = { vendor: oura, dataType: 'heartrate', sinceMs: woken } as const;
    const point = { timestamp: '2026-07-06T10:00:00Z', bpm: 60, source: 'awake' };
    expect(causeOfAnswer(page(point), pulse)).toBe('missed');
  });

  it('or not tells by the kind of its answer', () => {
    const causeOf = (answer: Parameters<typeof causeOfAnswer>[0]) =>
      causeOfAnswer(answer, { ...asked, sinceMs: woken });
    expect(causeOf({ kind: 'refused', status: 401 })).toBe('revoked');
    expect(causeOf({ kind: 'refused', status: 403 })).toBe('scope_missing');
    expect(causeOf({ kind: 'unavailable', retryAfterMs: 1 })).toBe('vendor_unreachable');
    expect(causeOf({ kind: 'missing' })).toBe('vendor_unreachable');
    expect(causeOf({ kind: 'limited', retryAfterMs: 1 })).toBeUndefined();
  });
});

describe('the alert of a connection', () => {
  const who = { userId: 'ada', language: undefined, now };
  const silent = (dataType: string, cause: SilenceCause): Silence => ({ dataType, cause, sinceMs: ago(70) });
  const sleepless = [silent('sleep', 'vendor_has_nothing')];
  const first = silenceChange(feed(), sleepless, who);
  const reported = (first as NonNullable<typeof first>).reported;

  it('begins with the first silence', () => {
    expect(first?.signal).toMatchObject({
      alert_id: reported.alertId,
      user_id: 'ada',
      kind: 'silence.whoop',
      status: 'firing',
      severity: 'info',
      at: '2026-07-09T12:00:00.000Z',
      evidence: { rules: ['sleep.vendor_has_nothing'], readings: [] },
    });
  });

  it('says which data, since when, why and what to do, in the language of the person', () => {
    expect(first?.signal).toMatchObject({
      title: 'Data is missing',
      summary:
        'Nothing arrived from Whoop since 2026-07-06 14:00 UTC of sleep: the vendor has received nothing either.',
      advice: expect.stringContaining('open its app') as string,
    });
    expect(first?.signal.language).toBeUndefined();
    const german = silenceChange(feed(), [silent('sleep', 'missed'), silent('cycle', 'revoked')], {
      ...who,
      language: 'de',
    })?.signal;
    expect(german).toMatchObject({
      language: 'de',
      title: 'Es fehlen Daten',
      summary:
        'Von Whoop kam seit 2026-07-06 14:00 UTC nichts mehr (Schlaf, Belastung des Tages): Die Bridge hat keinen Zugriff auf das Konto mehr.',
      advice: 'Das Konto neu verbinden.',
    });
  });

  it.each(languages)('has words in %s for each cause, and its ids are the same', (language) => {
    for (const cause of silenceCauses) {
      const one = [silent('sleep', cause)];
      const [said, unsaid] = [
        silenceChange(feed(), one, { ...who, language })?.signal,
        silenceChange(feed(), one, who)?.signal,
      ];
      expect([said?.summary, said?.advice]).not.toContain(undefined);
      expect([said?.signal_id, said?.alert_id]).toEqual([unsaid?.signal_id, unsaid?.alert_id]);
    }
  });

  it('says nothing twice', () => {
    expect(silenceChange(feed({ reported }), sleepless, { ...who, now: now + hour })).toBeUndefined();
    expect(silenceChange(feed(), [], who)).toBeUndefined();
  });

  it('is the same one when more falls silent or a cause changes, and graver when somebody can act', () => {
    const more = [...sleepless, silent('recovery', 'revoked')];
    const signal = silenceChange(feed({ reported }), more, { ...who, now: now + hour })?.signal;
    expect(signal).toMatchObject({ alert_id: reported.alertId, status: 'firing', severity: 'warning' });
    expect(signal?.evidence.rules).toEqual(['sleep.vendor_has_nothing', 'recovery.revoked']);
    expect(signal?.signal_id).not.toBe(first?.signal.signal_id);
  });

  it('ends when everything came, and the next one is another', () => {
    const end = silenceChange(feed({ reported }), [], { ...who, now: now + hour });
    expect(end?.reported).toEqual({ alertId: undefined, silences: [] });
    expect(end?.signal).toMatchObject({
      alert_id: reported.alertId,
      status: 'resolved',
      reason: 'recovered',
    });
    expect(end?.signal.summary).toBe('What was missing arrives again.');
    const { connection } = inState('disconnected');
    expect(silenceChange(feed({ connection, reported }), [], who)?.signal.reason).toBe('withdrawn');
    const next = silenceChange(feed(), sleepless, { ...who, now: now + 2 * hour });
    expect(next?.reported.alertId).not.toBe(reported.alertId);
  });
});
