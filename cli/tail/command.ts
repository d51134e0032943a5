import { modes, severities } from '@bridge/contracts';
import type { Log } from '@bridge/core';
import type { Env } from '@bridge/service-runtime';
import { Option, type Command } from 'commander';
import { apiAccess, createApiCommand, type ApiOptions } from '../api/api-options.ts';
import { addExamples } from '../examples.ts';
import { wholeNumber } from '../number-options.ts';
import type { Print } from '../run-program.ts';
import { followStream, type Frame } from './follow-stream.ts';
import { frameInWords } from './frame-words.ts';

type Options = ApiOptions & {
  readonly user?: readonly string[];
  readonly kind?: readonly string[];
  readonly mode?: readonly string[];
  readonly severity?: string;
  readonly from?: string;
  readonly count?: number;
};

/** Frames about the stream itself. Unless JSON is asked for, they are no results. */
const ownFrames = new Set(['snapshot', 'lagging', 'reset', 'end']);

/** `tail`: follows `GET /stream`. Reads BRIDGE_URL and BRIDGE_API_KEY, or what npm start sets. */
export function tailCommand(env: Env, log: Log, print: Print, stop?: AbortSignal): Command {
  const command = createApiCommand('tail', env)
    .description('Follow events, mode switches, alerts and insights as they happen, until Ctrl-C.')
    .option('--user <id...>', 'of these persons')
    .addOption(
      new Option('--kind <kind...>', 'of these kinds').choices(['event', 'transition', 'alert', 'insight']),
    )
    .addOption(new Option('--mode <mode...>', 'of switches, those to these modes').choices(modes))
    .addOption(new Option('--severity <severity>', 'of alerts, those at least as severe').choices(severities))
    .option('--from <id>', 'go on after the frame with this id, which --json shows')
    .option('--count <frames>', 'stop after so many frames', wholeNumber(1))
    .action(async (options: Options) => {
      const { user, kind, mode, severity, from, count = Infinity, json = false } = options;
      const access = apiAccess(env, options);
      const ending = new AbortController();
      const release = stopOnSignal(ending);
      let shown = 0;
      const onFrame = (frame: Frame) => {
        const isOwn = ownFrames.has(frame.kind);
        if (json) print(JSON.stringify(frame));
        else if (!isOwn) print(frameInWords(frame));
        else if (frame.kind !== 'snapshot' && frame.kind !== 'end') log.warn(frameInWords(frame).trim());
        if (!isOwn) shown += 1;
        if (shown >= count) ending.abort();
      };
      const signal = stop === undefined ? ending.signal : AbortSignal.any([ending.signal, stop]);
      const query = { user_id: user, kind, mode, severity };
      try {
        await followStream({ access, query, from, signal, onFrame, log });
      } finally {
        release();
      }
    });
  return addExamples(command, 'tail --user ada', 'tail --kind alert --severity warning --json');
}

/** Ctrl-C is how one ends it, so it is no failure. */
function stopOnSignal(ending: AbortController): () => void {
  const end = () => ending.abort();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, end);
  return () => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.removeListener(name, end);
  };
}
