import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { AlertStateSignal } from '@bridge/contracts';
import { alertChange } from '../src/episodes/domain/episode-change.ts';
import {
  decide,
  decideAction,
  episodeSeverity,
  evolve,
  initial,
  statusOf,
  type AlertAction,
  type Episode,
  type EpisodeEvent,
} from '../src/episodes/domain/episode.ts';
import { interpretSignal } from '../src/signals/domain/interpret-signal.ts';

// `node replay-alerts.ts <file>`: each line of the file is an AlertRecord, and each line of the output what has to become of
// it, decided by one thread without a database. `npm run proof -- alerts` compares it with the tables and the topic.

/** Signals in the order of their topic, repetitions among them. */
type AlertRecord = {
  readonly signals: readonly AlertStateSignal[];
  /** What people did, and the version of the alert that it made. */
  readonly actions: readonly {
    readonly version: number;
    readonly action: AlertAction;
    readonly by: string;
    readonly at: number;
  }[];
};

const [file = ''] = process.argv.slice(2);
for await (const line of createInterface({ input: createReadStream(file) })) {
  process.stdout.write(`${JSON.stringify(replay(JSON.parse(line) as AlertRecord))}\n`);
}

function replay({ signals, actions }: AlertRecord) {
  let episode: Episode | null = initial;
  const changes: {
    id: string;
    change: string | undefined;
    from: string | null;
    to: string;
    severity: string;
  }[] = [];
  const seen = new Set<string>();
  const todo = actions.toSorted((a, b) => b.version - a.version);

  function apply(event: EpisodeEvent): void {
    const before: Episode | null = episode;
    const after = evolve(before, event);
    episode = after;
    const { change_id, change, from, to, severity } = alertChange({
      before,
      after,
      event,
      traceparent: undefined,
    });
    changes.push({ id: change_id, change, from, to, severity });
  }

  function act(): void {
    for (;;) {
      const next = todo.at(-1);
      if (next === undefined || episode === null || next.version !== episode.version + 1) return;
      todo.pop();
      const verdict = decideAction(episode, next.action, next.by, next.at);
      if (verdict.kind === 'change') apply(verdict.event);
    }
  }

  for (const body of signals) {
    if (seen.has(body.signal_id)) continue;
    seen.add(body.signal_id);
    const read = interpretSignal({ body, brokerTime: Date.parse(body.at), trusted: true });
    if (read.kind !== 'ok' || read.value.kind !== 'signal') continue;
    const decision = decide(episode, read.value.signal);
    if (decision.kind === 'ok') apply(decision.value);
    act();
  }
  const last: Episode | null = episode;
  return last === null ? { changes } : { changes, ...stateOf(last) };
}

function stateOf(episode: Episode) {
  return {
    alertId: episode.alertId,
    status: statusOf(episode),
    severity: episodeSeverity(episode),
    version: episode.version,
    acknowledged: episode.acknowledged !== null,
    openedAt: episode.openedAt,
    updatedAt: episode.updatedAt,
  };
}
