import type { Log } from '@bridge/core';
import { Command } from 'commander';
import { resolve } from 'node:path';
import { importFile, type ImportProgress } from './import-file.ts';
import type { ImportAnswer } from './send-part.ts';

type Options = { readonly userId: string; readonly url: string };
type Print = (line: string) => void;

/** `import FILE --user-id U`. Reads AUREN_MASTER_API_KEY from the environment. */
export function importCommand(env: NodeJS.ProcessEnv, log: Log, print: Print = console.log): Command {
  return new Command('import')
    .description('Apple Health data of one person: export.zip, export.xml, or JSON of Health Auto Export')
    .argument('<file>', 'of any size; a run that was broken off goes on where it was')
    .requiredOption('--user-id <id>', 'whose data it is')
    .option('--url <url>', 'the edge', env['BRIDGE_EDGE_URL'] ?? 'http://localhost:8888')
    .action(async (file: string, { userId, url }: Options) => {
      const key = env['AUREN_MASTER_API_KEY'];
      if (!key) throw new Error('AUREN_MASTER_API_KEY is not set: an API key with the scope "ingest".');
      const bar = progressBar();
      const onPause = (reason: string, seconds: number) => log.warn(`\n${reason}; again in ${seconds} s`);
      try {
        const answer = await importFile(resolve(file), { url, key, userId, onPause }, bar.show);
        bar.end();
        for (const line of described(answer)) print(line);
      } catch (error) {
        bar.end();
        const message = error instanceof Error ? error.message : String(error);
        throw new Error(`${message}\nWhat was sent is stored; the same command goes on from there.`, {
          cause: error,
        });
      }
    });
}

const width = 30;

/** On a terminal one line that changes; elsewhere nothing. */
function progressBar() {
  let shown = false;
  return {
    show: ({ share, points }: ImportProgress): void => {
      if (!process.stderr.isTTY) return;
      shown = true;
      const full = Math.round(Math.min(1, share) * width);
      const bar = `${'#'.repeat(full)}${'.'.repeat(width - full)}`;
      const percent = Math.round(share * 100);
      process.stderr.write(`\r[${bar}] ${percent} %  ${points.toLocaleString('en')} elements`);
    },
    end: (): void => {
      if (shown) process.stderr.write('\n');
      shown = false;
    },
  };
}

function described(answer: ImportAnswer): string[] {
  const unknown = Object.entries(answer.unknown).sort(([, one], [, two]) => two - one);
  return [
    `${count(answer.points)} elements: ${count(answer.new)} new, ${count(answer.duplicates)} known already, ${count(answer.corrected)} corrected`,
    ...(answer.dropped > 0
      ? [`${count(answer.dropped)} are older than anything the bridge keeps and were left out`]
      : []),
    ...(answer.quarantined > 0
      ? [
          `${count(answer.quarantined)} say something that cannot be; they are kept apart, see GET /connections`,
        ]
      : []),
    ...(unknown.length > 0 ? ['kept as they came, since nothing is known about them:'] : []),
    ...unknown.map(([name, times]) => `  ${name}: ${count(times)}`),
  ];
}

const count = (number: number) => number.toLocaleString('en');
