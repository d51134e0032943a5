import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changed } from '../../../test/documents/changed.ts';
import { objectFrom } from '../../../test/documents/event-from.ts';
import { expectPlausible } from '../../../test/documents/expect-plausible.ts';
import {
  expectOthersKept,
  pathsOf,
  spoiled,
  spoils,
  type Rules,
} from '../../../test/documents/spoiled-fields.ts';
import { whoopDataTypes } from './data-types.ts';
import { whoopDocuments, whoopRecovery, whoopSleep } from './fixtures.ts';
import { normalizeWhoop } from './normalize-whoop.ts';

const type = fc.oneof(fc.constantFrom(...Object.keys(whoopDataTypes)), fc.string());
const sleep = fc.oneof(fc.jsonValue(), changed(whoopSleep()));

describe('whatever WHOOP answers', () => {
  it('any JSON is taken', () => {
    fc.assert(
      fc.property(type, fc.jsonValue(), sleep, (name, document, related) => {
        expectPlausible('whoop', normalizeWhoop(name, document, { sleep: related }));
      }),
    );
  });

  it('a document with anything in some of its fields gives no value out of range or in another unit', () => {
    fc.assert(
      fc.property(
        fc
          .constantFrom(...whoopDocuments)
          .chain(([name, document]) => fc.tuple(fc.constant(name), changed(document))),
        sleep,
        ([name, document], related) => {
          expectPlausible('whoop', normalizeWhoop(name, document, { sleep: related }));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it.each([...whoopDocuments])('one field of %s costs nothing but itself', (type, document) => {
    for (const path of pathsOf(document))
      for (const spoil of spoils) expectOthersKept(rulesOf(type), { document, path, spoil });
  });
});

it('one field of its sleep costs a recovery no value', () => {
  const valuesOf = (sleep: object) => {
    const normalized = normalizeWhoop('recovery', whoopRecovery(), { sleep });
    const { readings } = objectFrom(normalized);
    return readings.map(({ metric, value }) => [metric, value]);
  };
  const sleep = whoopSleep();
  const whole = valuesOf(sleep);
  expect(whole).toHaveLength(5);
  for (const path of pathsOf(sleep))
    for (const how of spoils)
      expect(valuesOf(spoiled(sleep, path, how)), `${path.join('.')} ${how}`).toEqual(whole);
});

function rulesOf(type: string): Rules {
  const stages = ['light', 'slow_wave', 'rem'].map(
    (stage) => `score.stage_summary.total_${stage}_sleep_time_milli`,
  );
  return {
    source: 'whoop',
    normalize: (document) => normalizeWhoop(type, document, { sleep: whoopSleep() }),
    deciding: (path, spoil) =>
      /^(?:id|sleep_id)$/.test(path) ||
      // Without its end a cycle still runs.
      (type === 'cycle' && path === 'end' && (spoil === 'removed' || spoil === 'null')),
    alsoFrom(path) {
      if (path === 'score.stage_summary') return stages;
      return type === 'workout' && path === 'end' ? ['start'] : [];
    },
  };
}
