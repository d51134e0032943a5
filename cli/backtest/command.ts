import { extname, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { loadRuleFile } from '@bridge/decision-store';
import { Command, Option } from 'commander';
import { addExamples } from '../examples.ts';
import type { CreateCommand } from '../run-program.ts';
import { backtest } from './backtest.ts';
import type { BacktestInput, LineFault } from './backtest-input.ts';
import { summaryLines, type BacktestSummary } from './backtest-summary.ts';
import { openDailyFile } from './daily-file.ts';
import { openEventFile } from './event-file.ts';

const formats = { ndjson: openEventFile, csv: openDailyFile } as const;
type Format = keyof typeof formats;
type Options = { readonly config: string; readonly format?: Format };

/** So many lines at fault are shown. */
const mostFaults = 20;
const chunkLength = 64 * 1024;

/** `backtest FILE`: reads no environment and needs no server. */
export const backtestCommand: CreateCommand = (_env, log) => {
  const command = new Command('backtest')
    .description('Decide a file of events on the clock of their arrival and print the messages as NDJSON.')
    .argument('<file>', 'NDJSON of events with received_at, or CSV of daily values: docs/backtest.md')
    .option('--config <file>', 'rules to decide with', 'config/neuros.yaml')
    .addOption(
      new Option('--format <format>', 'default: by the ending of the name').choices(Object.keys(formats)),
    )
    .action(async (path: string, { config, format }: Options) => {
      const { rules } = await loadRuleFile(config);
      const input = openInput(path, format);
      const faults = createFaultReport((line) => log.warn(line));
      const kept: { summary?: BacktestSummary } = {};
      const lines = backtest(input, { rules, onFault: faults.add });
      try {
        await pipeline(inChunks(lines, kept), process.stdout, { end: false });
      } catch (error) {
        // The reader has seen enough, as `head` does.
        if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
      } finally {
        input.close();
      }
      faults.end();
      if (kept.summary) for (const line of summaryLines(kept.summary)) log.info(line);
      if (faults.count() > 0) process.exitCode = 1;
    });
  return addExamples(
    command,
    'backtest events.ndjson > decisions.ndjson',
    'backtest days.csv --config other.yaml | jq -c .alert',
  );
};

const byEnding: ReadonlyMap<string, Format> = new Map([
  ['.csv', 'csv'],
  ['.ndjson', 'ndjson'],
  ['.jsonl', 'ndjson'],
]);

/** Throws when nothing says what is in the file. */
function openInput(path: string, format: Format | undefined): BacktestInput {
  const known = format ?? byEnding.get(extname(path).toLowerCase());
  if (known === undefined) throw new Error(`${path} ends neither with .ndjson nor with .csv: give --format.`);
  return formats[known](resolve(path));
}

/** Lines joined to chunks, and the summary as the last line. */
function* inChunks(
  lines: Generator<string, BacktestSummary>,
  kept: { summary?: BacktestSummary },
): Generator<string, void> {
  let chunk = '';
  for (;;) {
    const next = lines.next();
    if (next.done === true) {
      kept.summary = next.value;
      yield `${chunk}${JSON.stringify({ summary: next.value })}\n`;
      return;
    }
    chunk += `${next.value}\n`;
    if (chunk.length < chunkLength) continue;
    yield chunk;
    chunk = '';
  }
}

function createFaultReport(warn: (line: string) => void) {
  let count = 0;
  return {
    add: (line: number, { field, message }: LineFault) => {
      count += 1;
      if (count <= mostFaults) warn(`line ${line}: ${[field, message].filter(Boolean).join(' ')}`);
    },
    end: () => {
      if (count > mostFaults) warn(`and ${count - mostFaults} more lines`);
    },
    count: () => count,
  };
}
