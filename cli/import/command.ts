import type { Log } from '@bridge/core';
import type { Env } from '@bridge/service-runtime';
import { Command } from 'commander';
import { resolve } from 'node:path';
import { addExamples } from '../examples.ts';
import type { Print } from '../run-program.ts';
import { requireSettings } from '../settings.ts';
import { importFile, type ImportProgress } from './import-file.ts';
import type { ImportAnswer } from './send-part.ts';

type Options = { readonly userId: string; readonly url: string };

/** `import FILE --user-id U`. Reads AUREN_MASTER_API_KEY from the environment. */
export function importCommand(env: Env, log: Log, print: Print): Command {
  const command = new Command('import')
    .description(
      "Import one person's Apple Health data: export.zip, export.xml or JSON of Health Auto Export.",
    )
    .argument('<file>', 'of any size; an interrupted import resumes where it stopped')
    .requiredOption('--user-id <id>', 'the person whose data it is')
    .option('--url <url>', 'the edge', env['BRIDGE_EDGE_URL'] ?? 'http://localhost:8888')
    .action(async (file: string, { userId, url }: Options) => {
      const { AUREN_MASTER_API_KEY: key } = requireSettings(env, 'AUREN_MASTER_API_KEY');
      const bar = progressBar();
      const onPause = (reason: string, seconds: number) => log.warn(`\n${reason}; retrying in ${seconds} s`);
      try {
        const answer = await importFile(resolve(file), { url, key, userId, onPause }, bar.show);
        bar.end();
        for (const line of described(answer)) print(line);
      } catch (error) {
        bar.end();
        const message = error instanceof Error ? error.message : String(error);
        throw new Error(
          `${message}\nAll parts sent so far are stored. Run the same command again to resume.`,
          {
            cause: error,
          },
        );
      }
    });
  return addExamples(command, 'import export.zip --user-id ada');
}

const width = 30;

/** Draws one line that changes on a terminal, and nothing elsewhere. */
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
    `${count(answer.points)} elements: ${count(answer.new)} new, ${count(answer.duplicates)} already known, ${count(answer.corrected)} corrected`,
    ...(answer.dropped > 0
      ? [`${count(answer.dropped)} were dropped because they are older than the retention`]
      : []),
    ...(answer.quarantined > 0
      ? [`${count(answer.quarantined)} hold implausible values and were quarantined, see GET /connections`]
      : []),
    ...(unknown.length > 0 ? ['stored unchanged, since their types are unknown:'] : []),
    ...unknown.map(([name, times]) => `  ${name}: ${count(times)}`),
  ];
}

const count = (number: number) => number.toLocaleString('en');
