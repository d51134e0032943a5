import { expect, it } from 'vitest';
import { splitExport } from './split-export.ts';

const record = (nr: number) =>
  `<Record type="a" note="${'é<'.replace('<', '&lt;')}${nr}"><MetadataEntry key="k" value="${nr}"/></Record>`;
const head =
  '<?xml version="1.0"?>\n<!DOCTYPE HealthData [ <!ELEMENT HealthData (Record*)> ]>\n<HealthData>\n <Me a="b"/>\n';
const whole = (count: number) =>
  `${head}${Array.from({ length: count }, (_, nr) => ` ${record(nr)}\n <Workout nr="${nr}"/>\n`).join('')}</HealthData>`;

async function* inChunks(text: string, size: number) {
  for (let from = 0; from < text.length; from += size)
    yield await Promise.resolve(text.slice(from, from + size));
}

async function parts(text: string, size: number, from?: number) {
  const found: { xml: string; elements: number; until: number }[] = [];
  for await (const part of splitExport(inChunks(text, size), from)) found.push(part);
  return found;
}

const elementsOf = (found: readonly { xml: string }[]) =>
  found.flatMap(({ xml }) => xml.split('\n').filter((line) => /^<(Record|Workout) /.test(line)));

it.each([1, 3, 17, 100_000])('gives every element as it stands, read in chunks of %i', async (size) => {
  const found = await parts(whole(3), size);
  expect(elementsOf(found)).toEqual([0, 1, 2].flatMap((nr) => [record(nr), `<Workout nr="${nr}"/>`]));
});

it('cuts a large file into parts, and goes on behind any of them', async () => {
  const text = whole(40_000);
  const found = await parts(text, 65_536);
  expect(found.length).toBeGreaterThan(1);
  expect(elementsOf(found)).toHaveLength(80_000);
  const [first, ...others] = found;
  expect(elementsOf(await parts(text, 65_536, first?.until))).toEqual(elementsOf(others));
});

it.each(['<a/>', `${head}<Record>`, `${head}</HealthData`, 'x'])('refuses %j', async (text) => {
  await expect(parts(text, 10)).rejects.toThrow(/export/);
});
