import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { importFile } from '@bridge/cli/import-file';
import { appDate } from './health-export.ts';
import { newUser, system } from './system.ts';

const minute = 60_000;
/** Enough for several parts of two million characters. */
const records = 24_000;

let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'import-'));
  file = join(folder, 'export.xml');
  const out = createWriteStream(file);
  out.write('<?xml version="1.0" encoding="UTF-8"?>\n<HealthData locale="en_GB">\n');
  const newest = Math.floor(Date.now() / minute) * minute;
  for (let nr = records; nr > 0; nr -= 1) out.write(pulseAt(newest - nr * minute));
  out.end('</HealthData>\n');
  await once(out, 'close');
});
afterAll(() => rm(folder, { recursive: true }));

/** As Apple writes it. */
function pulseAt(at: number): string {
  const date = appDate(at);
  return ` <Record type="HKQuantityTypeIdentifierHeartRate" sourceName="Watch" unit="count/min" creationDate="${date}" startDate="${date}" endDate="${date}" value="61"/>\n`;
}

it('an import that was broken off goes on where it was', async () => {
  const sender = { url: system.edge, key: system.masterKey, userId: newUser(), onPause: () => undefined };
  const shares: number[] = [];
  const breakOff = importFile(file, sender, ({ share }) => {
    shares.push(share);
    throw new Error('the cable was pulled');
  });
  await expect(breakOff).rejects.toThrow('the cable was pulled');
  expect(shares).toHaveLength(1);
  expect(shares[0]).toBeLessThan(1);

  const after: number[] = [];
  const answer = await importFile(file, sender, ({ points }) => void after.push(points));
  expect(answer).toMatchObject({ points: records, new: records, duplicates: 0, quarantined: 0 });
  expect(after.length).toBeGreaterThan(0);
  expect(after.toSorted((a, b) => a - b)).toEqual(after);

  const again = await importFile(file, sender, () => undefined);
  expect(again).toMatchObject({ points: records, new: 0, duplicates: records });
});

it('a file that is no export is refused before anything is sent', async () => {
  const sender = { url: 'http://127.0.0.1:1', key: 'none', userId: 'nobody', onPause: () => undefined };
  await expect(importFile(import.meta.filename, sender, () => undefined)).rejects.toThrow(
    'neither export.zip nor export.xml',
  );
});
