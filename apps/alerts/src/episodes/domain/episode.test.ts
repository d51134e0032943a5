import type { AlertStateSignal } from '@bridge/contracts';
import { deadLetter, drop } from '@bridge/core';
import { describe, expect, test } from 'vitest';
import { reading } from '../../../test/build-signal.ts';
import { after, at, fires, given, resolves, take, view } from '../../../test/episode-story.ts';
import { decide, statusOf } from './episode.ts';

describe('an episode', () => {
  test('opens with the first firing signal', () => {
    const signal = fires('07:00');
    expect(given(signal)).toEqual({
      alertId: signal.alert_id,
      userId: 'user-1',
      kind: 'rule.stress_overload',
      source: 'cognition',
      status: 'firing',
      severity: 'critical',
      openedAt: signal.at,
      updatedAt: signal.at,
      resolvedAt: null,
      version: 1,
      evidence: signal.evidence,
      details: {},
      acknowledged: null,
    });
  });

  test('takes evidence and the higher severity of a later firing and stays open since the first', () => {
    const evidence = { rules: ['stress_overload'], readings: [reading(19)] };
    const episode = given(fires('07:00', { severity: 'warning' }), fires('07:05', { evidence }));
    expect(episode).toMatchObject({ severity: 'critical', evidence, version: 2, status: 'firing' });
    expect(episode.openedAt).toBe(fires('07:00').at);
    expect(episode.updatedAt).toBe(fires('07:05').at);
  });

  test('keeps its highest severity while it is open, and at its end', () => {
    const lower = { severity: 'info' } as const;
    const silent = fires('07:10', { ...lower, status: 'unconfirmed' });
    expect(given(fires('07:00'), fires('07:05', lower)).severity).toBe('critical');
    expect(given(fires('07:00'), silent).severity).toBe('critical');
    expect(given(fires('07:00'), silent, resolves('07:20', lower)).severity).toBe('critical');
  });

  test('that is opened again has the severity of what opened it', () => {
    const again = fires('07:30', { severity: 'warning' });
    expect(given(fires('07:00'), resolves('07:20'), again).severity).toBe('warning');
  });

  test('closes when it is resolved, and keeps what made it fire', () => {
    const evidence = { rules: [], readings: [reading(60)] };
    const episode = given(fires('07:00'), resolves('09:00', { evidence }));
    expect(episode).toMatchObject({ status: 'resolved', version: 2, resolvedAt: resolves('09:00').at });
    expect(episode.evidence).toEqual(fires('07:00').evidence);
  });

  test('is not changed by an older firing', () => {
    expect(decide(after(fires('07:05')), fires('07:00'))).toEqual(drop('overtaken'));
  });

  test('is opened again by a newer firing, under its own id and since its first', () => {
    const evidence = { rules: ['stress_overload'], readings: [reading(21)] };
    const episode = given(fires('07:00'), resolves('09:00'), fires('09:30', { evidence }));
    expect(episode).toMatchObject({ status: 'firing', resolvedAt: null, version: 3, evidence });
    expect(episode.openedAt).toBe(fires('07:00').at);
  });

  test('that has ended is not changed by a firing from before its end, nor opened by one from before a second end', () => {
    const closed = after(fires('07:00'), resolves('09:00'));
    expect(decide(closed, fires('06:59'))).toEqual(drop('already_resolved'));
    for (const late of [fires('08:59'), fires('09:00')]) {
      expect(given(fires('07:00'), resolves('09:00'), late)).toMatchObject({ status: 'resolved' });
    }
    expect(given(fires('07:00'), resolves('09:00'), resolves('10:00'), fires('09:30')).status).toBe(
      'resolved',
    );
  });

  test('of which nothing was measured any more stays open, and shows since when', () => {
    const unconfirmed_since = at('07:00');
    const silent = fires('07:20', {
      status: 'unconfirmed',
      unconfirmed_since,
      evidence: { rules: ['stress_overload'], readings: [] },
    });
    const episode = given(fires('07:00'), silent);
    expect(episode).toMatchObject({ status: 'unconfirmed', resolvedAt: null, version: 2 });
    expect(episode.details).toEqual({ unconfirmed_since });
    expect(episode.evidence).toEqual(fires('07:00').evidence);
    const again = given(fires('07:00'), silent, fires('07:40'));
    expect(again).toMatchObject({ status: 'firing', details: {}, version: 3 });
    expect(given(fires('07:00'), silent, resolves('07:40', { reason: 'recovered' }))).toMatchObject({
      status: 'resolved',
      details: { reason: 'recovered' },
    });
  });

  test('keeps advice and question while it is open, where its latest signal does not repeat them', () => {
    const hypothesis_id = 'e'.repeat(32);
    const asked = fires('07:00', { summary: 'Low.', advice: 'Rest.', question: 'Well?', hypothesis_id });
    const silent = fires('07:10', { status: 'unconfirmed', summary: 'Nothing measured.', hypothesis_id });
    const kept = { advice: 'Rest.', question: 'Well?', hypothesis_id };
    expect(given(asked, silent).details).toEqual({ ...kept, summary: 'Nothing measured.' });
    expect(given(asked, fires('07:10', { hypothesis_id })).details).toEqual(kept);
    expect(given(asked, fires('07:10', { advice: 'Sleep.' })).details).toEqual({ advice: 'Sleep.' });
    expect(given(asked, resolves('07:10'), fires('07:20', { hypothesis_id })).details).toEqual({
      hypothesis_id,
    });
  });

  test('says what its latest signal says', () => {
    const words = {
      title: 'A question about you',
      summary: 'RMSSD 25 ms',
      advice: 'Take it easy.',
      mode: 'hypothesis',
      language: 'en',
      time_zone: 'Europe/Berlin',
      hypothesis_id: 'e'.repeat(32),
      question: 'Were you moving?',
      answers: ['at_rest', 'exercise'],
    } as const;
    const asked = fires('07:00', { ...words, answers: [...words.answers] });
    expect(given(asked).details).toEqual(words);
    const over = { reason: 'answered', summary: 'You answered.' } as const;
    expect(given(asked, resolves('07:10', over)).details).toEqual(over);
  });

  test('whose end arrives first is closed at once, so that its late beginning does not leave it open', () => {
    const closed = after(resolves('09:00'));
    expect(view(closed)).toMatchObject({ status: 'resolved', version: 1 });
    expect(given(resolves('09:00'), fires('07:00'))).toMatchObject({ status: 'resolved', version: 2 });
  });

  describe("with its producer's count of decisions", () => {
    const counted = (seq: number, index: number, given: Partial<AlertStateSignal> = {}) =>
      fires('07:00', { seq, index, ...given });

    test('takes what was decided later, at whatever time', () => {
      const episode = given(counted(4, 1, { severity: 'info' }), counted(4, 2));
      expect(episode).toMatchObject({ severity: 'critical', version: 2 });
    });

    test('does not go back in time with a clock that does', () => {
      const earlier = { at: at('06:00') } as const;
      const ended = given(counted(4, 0), counted(5, 0, { status: 'resolved' }));
      expect(given(counted(4, 0), counted(5, 0, earlier)).updatedAt).toBe(fires('07:00').at);
      const silent = counted(5, 0, { ...earlier, status: 'unconfirmed' });
      expect(given(counted(4, 0), silent).updatedAt).toBe(fires('07:00').at);
      expect(ended.updatedAt).toBe(fires('07:00').at);
    });

    test('is not changed by what was decided before', () => {
      const open = after(counted(4, 1));
      expect(decide(open, counted(3, 9))).toEqual(drop('overtaken'));
      expect(decide(open, counted(4, 0))).toEqual(drop('overtaken'));
      const later = take(open, counted(3, 0, { status: 'resolved' }));
      expect(later && statusOf(later)).toBe('firing');
    });

    test('is not ended by an end that it outlived', () => {
      const reopened = after(counted(4, 0), counted(6, 0));
      const later = take(reopened, counted(5, 0, { status: 'resolved' }));
      expect(later && view(later)).toMatchObject({ status: 'firing', resolvedAt: null });
    });

    test('stays ended when a firing comes after the later end that followed it', () => {
      const ends = (seq: number) => counted(seq, 0, { status: 'resolved', reason: 'recovered' });
      const ended = after(counted(4, 0), ends(5), ends(7));
      expect(view(ended)).toMatchObject({ status: 'resolved', version: 3 });
      expect(given(counted(4, 0), ends(5), ends(7), counted(6, 0)).status).toBe('resolved');
      expect(decide(ended, ends(7))).toEqual(drop('already_resolved'));
    });

    test('is opened again at the very time of its end', () => {
      const ended = after(counted(4, 0), counted(5, 0, { status: 'resolved' }));
      const later = take(ended, counted(4, 1));
      expect(later && statusOf(later)).toBe('resolved');
      expect(given(counted(4, 0), counted(5, 0, { status: 'resolved' }), counted(5, 1)).status).toBe(
        'firing',
      );
    });
  });

  test('never ends before it began', () => {
    const earlier = { status: 'resolved', seq: 2, at: at('06:00') } as const;
    const episode = given(fires('07:00', { seq: 1 }), fires('07:00', { ...earlier, cause: 'end' }));
    expect(episode.resolvedAt).toBeGreaterThanOrEqual(episode.openedAt);
  });

  test.each([{ user_id: 'user-2' }, { kind: 'rule.pulse_high' }, { source: 'other' }])(
    'is not touched by a signal with %o',
    (other) => {
      expect(decide(after(fires('07:00')), fires('07:05', other))).toEqual(deadLetter('foreign_episode'));
    },
  );
});
