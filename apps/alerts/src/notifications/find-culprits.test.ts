import { expect, test } from 'vitest';
import { createCulpritSearch } from './find-culprits.ts';

const refused = (code: string) => Object.assign(new Error('refused'), { code });
const people = Array.from({ length: 200 }, (_, place) => `s${place}`);

/** Writes everybody; returns how many writings it took and who was found. */
function writeAll(guilty: ReadonlySet<string>) {
  const search = createCulpritSearch(200);
  const found: string[] = [];
  const left = [...people];
  let writings = 0;
  for (; left.length > 0; writings += 1) {
    const batch = left.slice(0, search.limit());
    if (batch.some((one) => guilty.has(one) && !search.has(one))) {
      if (search.failed(refused('BB002'), batch) === 'found') found.push(...batch);
      continue;
    }
    search.succeeded(batch);
    left.splice(0, batch.length);
  }
  return { writings, found, limit: search.limit() };
}

test.each([[['s0']], [['s117']], [['s199']], [['s3', 's4', 's150']]])(
  'finds whose rows cannot be written, in few writings: %s',
  (guilty) => {
    const { writings, found } = writeAll(new Set(guilty));
    expect(found).toEqual(guilty);
    expect(writings).toBeLessThan(45 * guilty.length);
  },
);

test('writes everybody at once where nobody is guilty', () => {
  expect(writeAll(new Set())).toEqual({ writings: 1, found: [], limit: 200 });
});

test.each(['ECONNRESET', '40P01', '40001', '42501', '57014'])('%s is no fault of rows', (code) => {
  expect(createCulpritSearch(200).failed(refused(code), people)).toBe('unrelated');
});

test('a failure before anybody was written, or without what was to be told, is no fault of rows', () => {
  const search = createCulpritSearch(200);
  expect(search.failed(refused('BB002'), [])).toBe('unrelated');
  expect(search.failed(refused('BB002'), ['s1'])).toBe('found');
  expect(search.failed(refused('BB002'), ['s1'])).toBe('unrelated');
});
