import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTopicMap, encodeVector, parseVector, positionOf, vectorOf } from './offset-vector.ts';

const map = createTopicMap('cluster', ['a', 'b']);
const current = vectorOf(map, { a: { 0: 12, 1: 4, 2: 88 }, b: { 0: 41 } });
const id = encodeVector(map, current);

describe('a frame id', () => {
  it('holds the next offset of every partition and the version of the topic map', () => {
    expect(id).toMatch(/^v1-[0-9a-f]{8}\.12,4,88;41$/);
  });

  it('is read as what was written, whatever the offsets', () => {
    const position = fc.tuple(fc.nat({ max: 1e12 - 1 }), fc.nat({ max: 1_023 }));
    const offsets = fc.array(
      fc.array(
        position.map(([offset, item]) => positionOf(offset, item)),
        { minLength: 1, maxLength: 5 },
      ),
      {
        minLength: 2,
        maxLength: 2,
      },
    );
    fc.assert(
      fc.property(offsets, (vector) => {
        expect(parseVector(map, vector, encodeVector(map, vector))).toEqual(vector);
      }),
    );
  });

  it('means something else in another cluster, and for other topics in another order', () => {
    const versions = [
      map,
      createTopicMap('other', ['a', 'b']),
      createTopicMap('cluster', ['b', 'a']),
      createTopicMap('cluster', ['a']),
    ].map(({ version }) => version);
    expect(new Set(versions).size).toBe(4);
  });

  it('says which items of a message were seen', () => {
    const within = [[positionOf(12), positionOf(4, 2), positionOf(88)], [positionOf(41)]];
    expect(encodeVector(map, within)).toMatch(/\.12,4\+2,88;41$/);
    expect(parseVector(map, current, encodeVector(map, within))).toEqual(within);
  });

  it('has seen nothing of a partition that it does not name', () => {
    expect(parseVector(map, current, id.replace(',88', ''))).toEqual([
      [positionOf(12), positionOf(4), 0],
      [positionOf(41)],
    ]);
  });

  it.each([
    ['another topic map', encodeVector(createTopicMap('other', ['a', 'b']), current)],
    ['a partition too many', id.replace(';', ',0;')],
    ['a topic too few', id.replace(';41', '')],
    ['a topic too many', `${id};1`],
    ['an empty offset', id.replace('4,', ',')],
    ['a negative offset', id.replace('12', '-12')],
    ['a fraction', id.replace('12', '1.2')],
    ['a number that is too long', id.replace('12', '9'.repeat(13))],
    ['an item that no message has', id.replace('12', '12+1024')],
    ['no item', id.replace('12', '12+')],
    ['more than any id is long', id.replace('12', `12${',1'.repeat(5_000)}`)],
    ['nothing', ''],
    ['a number', '17'],
    ['a line break', `${id}\n`],
    ['another version', id.replace('v1', 'v2')],
  ])('is refused with %s', (_what, given) => {
    expect(parseVector(map, current, given)).toBeTypeOf('string');
  });
});
