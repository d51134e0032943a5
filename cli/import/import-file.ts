import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { exportText, kindOfExport } from './read-export.ts';
import { createProgressStore } from './saved-progress.ts';
import { sendPart, type ImportAnswer, type Sender } from './send-part.ts';
import { splitExport } from './split-export.ts';

const compress = promisify(gzip);

/** The largest body that the service accepts. */
const mostJsonBytes = 64 * 1024 * 1024;

export type ImportProgress = {
  /** Share of the file that was read, from 0 to 1. */
  readonly share: number;
  /** Number of stored elements. */
  readonly points: number;
};

const nothing: ImportAnswer = {
  points: 0,
  new: 0,
  duplicates: 0,
  corrected: 0,
  quarantined: 0,
  dropped: 0,
  unknown: {},
};

/**
 * Sends a file of Apple Health data to the service in parts. The next run resumes an interrupted one. Sending a part twice
 * changes nothing.
 */
export async function importFile(
  file: string,
  sender: Sender,
  report: (progress: ImportProgress) => void,
): Promise<ImportAnswer> {
  const kind = await kindOfExport(file);
  const { size } = await stat(file);
  if (kind === 'json') {
    if (size > mostJsonBytes)
      throw new Error('The file is larger than 64 MiB of JSON. Export shorter periods.');
    const answer = await sendPart(sender, { bytes: await readFile(file), type: 'application/json' });
    report({ share: 1, points: answer.points });
    return answer;
  }
  const saved = createProgressStore(file, [sender.url, sender.userId]);
  const before = saved.load();
  let answer = before?.answer ?? nothing;
  let bytesRead = 0;
  const text = exportText(file, kind, (bytes) => {
    bytesRead += bytes;
  });
  for await (const { xml, until } of splitExport(text, before?.until)) {
    const bytes = await compress(xml);
    answer = sum(answer, await sendPart(sender, { bytes, type: 'application/xml', encoding: 'gzip' }));
    saved.save({ until, answer });
    report({ share: bytesRead / size, points: answer.points });
  }
  saved.forget();
  // Files beside the records are passed over.
  report({ share: 1, points: answer.points });
  return answer;
}

function sum(one: ImportAnswer, two: ImportAnswer): ImportAnswer {
  const unknown: Record<string, number> = { ...one.unknown };
  for (const [name, count] of Object.entries(two.unknown)) unknown[name] = (unknown[name] ?? 0) + count;
  return {
    points: one.points + two.points,
    new: one.new + two.new,
    duplicates: one.duplicates + two.duplicates,
    corrected: one.corrected + two.corrected,
    quarantined: one.quarantined + two.quarantined,
    dropped: one.dropped + two.dropped,
    unknown,
  };
}
