import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createKeyRing } from '@bridge/auth';
import { checkout } from '@bridge/cli/stack-paths';
import { nodeArgs } from '../../local/services.ts';
import { writeAppleFile } from './apple-file.ts';
import type { BenchContext, Figure } from './bench.ts';
import { peakMegabytes } from './process-usage.ts';
import { startService } from './service-process.ts';

const sampleEveryMs = 200;
const mostMegabytes = 250;

type Import = {
  readonly way: 'upload' | 'import command';
  readonly seconds: number;
  /** Of the service. */
  readonly megabytes: number;
  /** Of the command itself. */
  readonly commandMegabytes?: number;
};

type Upload = { readonly file: string; readonly records: number; readonly url: string; readonly key: string };

/** Apple's own export, packed, with so many GB of XML: as one upload, and by the import command. */
export async function measureAppleImport(
  context: BenchContext,
  gigabytes: number,
): Promise<readonly Figure[]> {
  const { print, clients, stack } = context;
  const { key } = await createKeyRing({ query: clients.postgres.query, vault: clients.vault }).createKey({
    label: 'bench',
    scopes: ['ingest'],
  });
  const folder = mkdtempSync(join(stack.paths.data, 'apple-'));
  try {
    const file = join(folder, 'export.zip');
    const { bytes, records } = await writeAppleFile(file, gigabytes * 1e9, Date.now() - 3_600_000);
    print(
      `export.zip: ${(statSync(file).size / 1e6).toFixed(1)} MB for ${(bytes / 1e9).toFixed(2)} GB, ${records} records`,
    );
    const imports: Import[] = [];
    for (const measure of [measureUpload, measureCommand]) {
      const service = await startService(context, 'webhook-ingest');
      try {
        const { measured, peak } = await watched(
          service.pid,
          measure({ file, records, url: service.url, key }),
        );
        const one = { ...measured, megabytes: peak };
        imports.push(one);
        print(`${one.way}: ${one.seconds.toFixed(0)} s, at most ${Math.round(peak)} MB in the service`);
      } finally {
        await service.stop();
      }
    }
    return imports.flatMap((one) => figuresOf(one, gigabytes));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function figuresOf({ way, seconds, megabytes, commandMegabytes }: Import, gigabytes: number): Figure[] {
  const name = `ingest: ${gigabytes} GB of export.xml in a zip file, ${way}`;
  const memory = (of: string, value: number): Figure => ({
    name: `${name}: memory of ${of}`,
    unit: 'MB',
    target: { below: mostMegabytes },
    runs: [value],
  });
  return [
    { name, unit: 's', runs: [seconds] },
    memory('service', megabytes),
    ...(commandMegabytes === undefined ? [] : [memory('command', commandMegabytes)]),
  ];
}

/** The most memory of a process until the work is done. */
async function watched<T>(
  pid: number,
  work: Promise<T>,
): Promise<{ readonly measured: T; readonly peak: number }> {
  const measured = await work;
  return { measured, peak: peakMegabytes(pid) };
}

const newPerson = () => `bench_${randomBytes(6).toString('hex')}`;

async function measureUpload({ file, records, url, key }: Upload): Promise<Omit<Import, 'megabytes'>> {
  const started = performance.now();
  // Not by fetch, which waits five minutes for an answer.
  const sending = request(`${url}/webhooks/apple?user_id=${newPerson()}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/zip',
      'content-length': statSync(file).size,
    },
  });
  createReadStream(file).pipe(sending);
  const [response] = (await once(sending, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk as string;
  const found = response.statusCode === 200 ? (JSON.parse(text) as { readonly new: number }).new : 0;
  if (found !== records)
    throw new Error(`of ${records} records ${found} were new, answered ${response.statusCode ?? 0}`);
  return { way: 'upload', seconds: (performance.now() - started) / 1_000 };
}

async function measureCommand({ file, records, url, key }: Upload): Promise<Omit<Import, 'megabytes'>> {
  const started = performance.now();
  const child = spawn(
    nodeArgs[0],
    [
      ...[...nodeArgs.slice(1), join(checkout, 'cli', 'bridge.ts')],
      ...['import', file, '--user-id', newPerson(), '--url', url],
    ],
    { env: { ...process.env, AUREN_MASTER_API_KEY: key }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (some: string) => (text += some));
  const state: { code?: number | null } = {};
  child.once('close', (code) => (state.code = code));
  let commandMegabytes = 0;
  while (state.code === undefined) {
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined)
      commandMegabytes = peakMegabytes(child.pid) || commandMegabytes;
    await sleep(sampleEveryMs);
  }
  if (state.code !== 0 || !text.includes(`${records.toLocaleString('en')} new`))
    throw new Error(`the import command ended with ${state.code}: ${text}`);
  return { way: 'import command', seconds: (performance.now() - started) / 1_000, commandMegabytes };
}
