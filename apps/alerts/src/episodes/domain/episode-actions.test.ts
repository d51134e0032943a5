import { describe, expect, test } from 'vitest';
import { after, fires, resolves, take, view } from '../../../test/episode-story.ts';
import { decideAction, evolve, reasonOf, type AlertAction, type Episode } from './episode.ts';
import type { TimedSignal } from './timed-signal.ts';

describe("a person's action", () => {
  const by = 'key:clinic';
  const now = fires('08:00').at;
  const act = (episode: Episode, action: AlertAction) => {
    const verdict = decideAction(episode, action, by, now);
    return verdict.kind === 'change' ? evolve(episode, verdict.event) : verdict.kind;
  };
  const done = (episode: Episode, action: AlertAction): Episode => {
    const result = act(episode, action);
    if (typeof result === 'string') throw new Error(result);
    return result;
  };
  const then = (episode: Episode, ...signals: TimedSignal[]) => {
    const result = signals.reduce<Episode | null>(take, episode);
    if (result === null) throw new Error('there was an episode');
    return view(result);
  };
  const warning = { severity: 'warning' } as const;
  const forever = { type: 'acknowledge', until: null } as const;

  test('acknowledges, once, and a snooze is an acknowledgement with an end', () => {
    const taken = done(after(fires('07:00')), forever);
    expect(view(taken)).toMatchObject({ version: 2, acknowledged: { by, at: now, until: null } });
    expect(act(taken, forever)).toBe('unchanged');
    const snoozed = done(taken, { type: 'snooze', until: now + 60_000 });
    expect(view(snoozed).acknowledged).toEqual({ by, at: now, until: now + 60_000 });
    expect(view(done(snoozed, { type: 'unacknowledge' })).acknowledged).toBeNull();
    expect(act(after(fires('07:00')), { type: 'unacknowledge' })).toBe('unchanged');
  });

  test('holds over later signals, but not over a rise in severity', () => {
    const taken = done(after(fires('07:00', warning)), forever);
    expect(then(taken, fires('08:10', warning)).acknowledged).not.toBeNull();
    expect(then(taken, fires('08:10', { ...warning, status: 'unconfirmed' })).acknowledged).not.toBeNull();
    expect(then(taken, fires('08:10')).acknowledged).toBeNull();
  });

  test('does not hold once the alert has ended and fires again', () => {
    const taken = done(after(fires('07:00')), forever);
    expect(then(taken, resolves('08:10'), fires('08:20')).acknowledged).toBeNull();
  });

  test('resolves: it stays so until its severity rises', () => {
    const closed = done(after(fires('07:00', warning)), { type: 'resolve', comment: 'seen' });
    expect(view(closed)).toMatchObject({ status: 'resolved', resolvedAt: now, severity: 'warning' });
    expect(reasonOf(closed)).toBe('manual');
    expect(then(closed, fires('08:10', warning)).status).toBe('resolved');
    expect(then(closed, fires('08:10', { ...warning, status: 'unconfirmed' })).status).toBe('resolved');
    expect(then(closed, fires('08:10'))).toMatchObject({ status: 'firing', severity: 'critical' });
  });

  test('resolves: it fires again after an end by its producer', () => {
    const closed = done(after(fires('07:00', warning)), { type: 'resolve' });
    expect(then(closed, resolves('08:10')).status).toBe('resolved');
    expect(then(closed, resolves('08:10'), fires('08:20', warning)).status).toBe('firing');
    expect(then(closed, fires('08:20', warning), resolves('08:10')).status).toBe('firing');
  });

  test('on an alert that has ended is refused, but for feedback', () => {
    const ended = after(fires('07:00'), resolves('07:30'));
    expect(act(ended, forever)).toBe('ended');
    expect(act(ended, { type: 'snooze', until: now })).toBe('ended');
    expect(act(ended, { type: 'resolve' })).toBe('unchanged');
    expect(view(done(ended, { type: 'feedback', useful: true }))).toMatchObject({
      status: 'resolved',
      version: 3,
    });
  });
});
