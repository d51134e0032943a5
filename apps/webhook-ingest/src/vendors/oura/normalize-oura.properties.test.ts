import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectPlausible } from '../../../test/documents/expect-plausible.ts';
import { changed } from '../../../test/documents/changed.ts';
import {
  expectOthersKept,
  pathsOf,
  spoiled,
  spoils,
  type Rules,
} from '../../../test/documents/spoiled-fields.ts';
import { ouraDataTypes } from './data-types.ts';
import { ouraDocuments } from './fixtures.ts';
import { readHeartRate } from './heart-rate.ts';
import { normalizeOura } from './normalize-oura.ts';

const dataType = fc.oneof(fc.constantFrom(...Object.keys(ouraDataTypes)), fc.string());

describe('whatever Oura answers', () => {
  it('any JSON is taken', () => {
    fc.assert(
      fc.property(dataType, fc.jsonValue(), (type, document) => {
        expectPlausible('oura', normalizeOura(type, document));
      }),
    );
  });

  it('a document with anything in some of its fields gives no value out of range or in another unit', () => {
    fc.assert(
      fc.property(
        fc
          .constantFrom(...ouraDocuments)
          .chain(([type, document]) => fc.tuple(fc.constant(type), changed(document))),
        ([type, document]) => {
          expectPlausible('oura', normalizeOura(type, document));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('any list of points is taken', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (points) => {
        const taken = readHeartRate(points);
        expect(taken.points.length + taken.unreadable.length).toBeLessThanOrEqual(points.length);
      }),
    );
  });

  it.each(spoils)(
    'a point of the pulse with one field %s costs no other point, and has no other value',
    (how) => {
      const point = (minute: number, bpm: number) => ({
        timestamp: `2026-07-06T10:0${String(minute)}:00+09:00`,
        bpm,
        source: 'awake',
      });
      const [first, second] = [point(1, 61), point(2, 62)];
      for (const path of pathsOf(first)) {
        const [field] = path;
        const { points, unreadable } = readHeartRate([spoiled(first, path, how), second]);
        // A time is a text already.
        const isLost = field === 'bpm' || (field === 'timestamp' && how !== 'number as text');
        expect(points.map(({ value }) => value)).toEqual(isLost ? [62] : [61, 62]);
        // Zero is a gap, and no fault.
        const isGap = field === 'bpm' && how === 'zero';
        expect(unreadable).toHaveLength(isLost && !isGap ? 1 : 0);
      }
    },
  );

  it.each([...ouraDocuments])('one field of %s costs nothing but itself', (dataType, document) => {
    for (const path of pathsOf(document))
      for (const spoil of spoils) expectOthersKept(rulesOf(dataType), { document, path, spoil });
  });
});

function rulesOf(dataType: string): Rules {
  return {
    source: 'oura',
    normalize: (document) => normalizeOura(dataType, document),
    deciding: (path, spoil) =>
      path === 'id' ||
      // Nobody knows what another type means.
      (path === 'type' && spoil === 'text') ||
      // Of these documents the day is the only time.
      (path === 'day' && /^daily_(?:spo2|stress)$/.test(dataType)),
    alsoFrom(path) {
      const series = /^(.+)\.items\.\d+$/.exec(path)?.[1];
      if (series !== undefined) return [`${series}.interval`, `${series}.timestamp`];
      return dataType === 'workout' && path === 'end_datetime' ? ['start_datetime'] : [];
    },
  };
}
