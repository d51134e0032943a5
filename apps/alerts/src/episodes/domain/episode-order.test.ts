import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { after, fires, take, view } from '../../../test/episode-story.ts';
import { firingSinceOf, initial, resolvedAtOf, statusOf, type Episode } from './episode.ts';

describe('signals in any order and repetition', () => {
  const status = fc.constantFrom('firing', 'unconfirmed', 'resolved');
  const severity = fc.constantFrom('critical', 'warning', 'info');
  const counted = fc.record({ place: fc.integer({ min: 1, max: 40 }), status, severity });
  const list = fc.uniqueArray(counted, { maxLength: 12, selector: ({ place }) => place });
  const withCount = (one: {
    place: number;
    status: 'firing' | 'unconfirmed' | 'resolved';
    severity: 'critical' | 'warning' | 'info';
  }) =>
    fires('07:00', {
      seq: one.place,
      index: 0,
      cause: String(one.place),
      status: one.status,
      severity: one.severity,
    });
  const withTime = (one: Parameters<typeof withCount>[0]) =>
    fires(`07:${String(one.place + 10).padStart(2, '0')}`, {
      cause: String(one.place),
      status: one.status,
      severity: one.severity,
    });

  test.each([
    ['counted by their producer', withCount],
    ['ordered by time', withTime],
  ])('%s end in the same state', (_, build) => {
    fc.assert(
      fc.property(
        list.chain((signals) =>
          fc.tuple(
            fc.constant(signals),
            fc.shuffledSubarray([...signals, ...signals], { minLength: signals.length * 2 }),
          ),
        ),
        ([signals, shuffled]) => {
          fc.pre(signals.length > 0);
          const facts = (given: typeof signals) => {
            const { status, severity, evidence, details, resolvedAt } = view(after(...given.map(build)));
            return { status, severity, evidence, details, resolvedAt };
          };
          const inOrder = facts(signals.toSorted((a, b) => a.place - b.place));
          expect(facts(shuffled)).toEqual(inOrder);
        },
      ),
    );
  });

  test('count one version for each change, and time does not go back', () => {
    fc.assert(
      fc.property(list, (signals) => {
        let episode: Episode | null = initial;
        for (const one of signals) {
          const next: Episode | null = take(episode, withTime(one));
          if (next === null || next === episode) continue;
          expect(next.version).toBe((episode?.version ?? 0) + 1);
          expect(next.updatedAt).toBeGreaterThanOrEqual(episode?.updatedAt ?? 0);
          expect(resolvedAtOf(next) === null).toBe(statusOf(next) !== 'resolved');
          expect(firingSinceOf(next)).toBeGreaterThanOrEqual(next.openedAt);
          episode = next;
        }
      }),
    );
  });
});
