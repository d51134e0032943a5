import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checkout } from '@bridge/cli/stack-paths';
import type { AlertChange, AlertStatus, Severity } from '@bridge/contracts';
import type { ChangeLog, SignalLog } from './read-topics.ts';

/** What has to become of an alert, by `apps/alerts/test/replay-alerts.ts`, a process of its own: tools do not import apps. */
export type ReplayedAlert = {
  readonly alertId: string;
  readonly status: AlertStatus;
  readonly severity: Severity;
  readonly version: number;
  readonly acknowledged: boolean;
  readonly openedAt: number;
  readonly updatedAt: number;
  readonly changes: readonly {
    readonly id: string;
    readonly change: string;
    readonly from: AlertStatus | null;
    readonly to: AlertStatus;
    readonly severity: Severity;
  }[];
};

const runFile = promisify(execFile);
const mostOutputBytes = 1_000_000_000;

/** Replays each alert's signals with one thread, and people's actions where the topic of changes has them. */
export async function replayAlerts(
  folder: string,
  signals: SignalLog,
  changes: ChangeLog,
): Promise<Map<string, ReplayedAlert>> {
  const file = join(folder, 'alerts-to-replay.jsonl');
  const out = createWriteStream(file);
  for (const [alertId, own] of signals.byAlert) {
    const record = { signals: own, actions: actionsIn(changes.byAlert.get(alertId) ?? []) };
    if (!out.write(`${JSON.stringify(record)}\n`)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
  const script = join(checkout, 'apps/alerts/test/replay-alerts.ts');
  const { stdout } = await runFile(process.execPath, ['--conditions=@bridge/source', script, file], {
    cwd: checkout,
    maxBuffer: mostOutputBytes,
  });
  const replayed = stdout.trim().split('\n');
  return new Map(
    replayed.map((line) => {
      const alert = JSON.parse(line) as ReplayedAlert;
      return [alert.alertId, alert];
    }),
  );
}

/** Each change makes one version, so an action's place among them is the version that it made. */
function actionsIn(changes: readonly AlertChange[]) {
  return changes.flatMap(({ change, by, at, comment, acknowledged_until }, n) => {
    if (by === undefined) return [];
    const action =
      change === 'acknowledged'
        ? { type: 'acknowledge', until: acknowledged_until == null ? null : Date.parse(acknowledged_until) }
        : { type: 'resolve', comment };
    return [{ version: n + 1, action, by, at: Date.parse(at) }];
  });
}
