import { parseTimestamp, type AlertStateSignal } from '@bridge/contracts';
import { deadLetter, drop } from '@bridge/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildSignal, reading } from '../../test/build-signal.ts';
import { decide, evolve, initial, type Episode, type TimedSignal } from './episode.ts';

const at = (time: string) => `2026-11-20T${time}:00.000Z`;

function timed(signal: AlertStateSignal): TimedSignal {
  return { ...signal, at: parseTimestamp(signal.at)?.epochMs ?? NaN };
}

const fires = (time: string, given: Partial<AlertStateSignal> = {}) =>
  timed(buildSignal({ at: at(time), cause: time, ...given }));
const resolves = (time: string, given: Partial<AlertStateSignal> = {}) =>
  fires(time, { status: 'resolved', ...given });

/** The episode after these signals, as far as they change it. */
function given(...signals: TimedSignal[]): Episode | null {
  return signals.reduce<Episode | null>((episode, signal) => {
    const decision = decide(episode, signal);
    return decision.kind === 'ok' ? evolve(episode, decision.value) : episode;
  }, initial);
}

describe('an episode', () => {
  test('opens with the first firing signal', () => {
    const signal = fires('07:00');
    expect(given(signal)).toEqual({
      alertId: signal.alert_id,
      userId: 'user-1',
      kind: 'mode.reflex',
      source: 'cognition',
      status: 'firing',
      severity: 'critical',
      openedAt: signal.at,
      updatedAt: signal.at,
      resolvedAt: null,
      version: 1,
      evidence: signal.evidence,
    });
  });

  test('takes evidence and severity of a later firing and stays open since the first', () => {
    const evidence = { rules: ['stress_overload'], readings: [reading(19)] };
    const episode = given(fires('07:00'), fires('07:05', { severity: 'warning', evidence }));
    expect(episode).toMatchObject({ severity: 'warning', evidence, version: 2, status: 'firing' });
    expect(episode?.openedAt).toBe(fires('07:00').at);
    expect(episode?.updatedAt).toBe(fires('07:05').at);
  });

  test('closes when it is resolved, and keeps what made it fire', () => {
    const evidence = { rules: [], readings: [reading(60)] };
    const episode = given(fires('07:00'), resolves('09:00', { evidence }));
    expect(episode).toMatchObject({ status: 'resolved', version: 2, resolvedAt: resolves('09:00').at });
    expect(episode?.evidence).toEqual(fires('07:00').evidence);
  });

  test('is not changed by an older firing', () => {
    expect(decide(given(fires('07:05')), fires('07:00'))).toEqual(drop('overtaken'));
  });

  test('is not opened again by anything', () => {
    const closed = given(fires('07:00'), resolves('09:00'));
    expect(decide(closed, fires('10:00'))).toEqual(drop('already_resolved'));
    expect(decide(closed, resolves('10:00'))).toEqual(drop('already_resolved'));
  });

  test('whose end arrives first is closed at once, so that its late beginning does not leave it open', () => {
    const closed = given(resolves('09:00'));
    expect(closed).toMatchObject({ status: 'resolved', version: 1 });
    expect(decide(closed, fires('07:00'))).toEqual(drop('already_resolved'));
  });

  test('never ends before it began', () => {
    const episode = given(fires('07:00'), resolves('06:00'));
    expect(episode?.resolvedAt).toBe(fires('07:00').at);
  });

  test.each([{ user_id: 'user-2' }, { kind: 'mode.guardian' }, { source: 'other' }])(
    'is not touched by a signal with %o',
    (other) => {
      expect(decide(given(fires('07:00')), fires('07:05', other))).toEqual(deadLetter('foreign_episode'));
    },
  );
});

test('whatever arrives in whatever order: versions count changes, time does not go back, an end stays', () => {
  const signals = fc.array(fc.record({ minute: fc.integer({ min: 10, max: 59 }), resolved: fc.boolean() }), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(signals, (list) => {
      let episode: Episode | null = initial;
      for (const { minute, resolved } of list) {
        const signal = fires(`07:${String(minute)}`, { status: resolved ? 'resolved' : 'firing' });
        const decision = decide(episode, signal);
        if (decision.kind !== 'ok') continue;
        const after = evolve(episode, decision.value);
        expect(after.version).toBe((episode?.version ?? 0) + 1);
        expect(after.updatedAt).toBeGreaterThanOrEqual(episode?.updatedAt ?? 0);
        expect(episode?.status).not.toBe('resolved');
        expect(after.resolvedAt === null).toBe(after.status === 'firing');
        episode = after;
      }
    }),
  );
});
