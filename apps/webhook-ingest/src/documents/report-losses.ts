import type { Problem } from '@bridge/contracts';
import type { Log } from '@bridge/core';
import type { IngestMetrics } from '../metrics.ts';
import { isFaulty, type LostField } from './domain/lost-field.ts';

/** Says what documents could not give, and why others are in quarantine. */
export type ReportLosses = {
  /** Fields that were left out of a document that became an event. */
  readonly leftOut: (source: string, lost: readonly LostField[]) => void;
  readonly quarantined: (source: string, reason: string, problems: readonly Problem[]) => void;
};

type Deps = {
  readonly countLost: IngestMetrics['countLostField'];
  readonly log: Log;
  readonly now: () => number;
};

const hourMs = 3_600_000;
/** Paths come from our schemas; more of them than this are a vendor's new format. */
const most = 1_000;

/** Counts every loss, and logs each reason once an hour: a fault that comes with every document would drown the log. */
export function createReportLosses({ countLost, log, now }: Deps): ReportLosses {
  const saidAt = new Map<string, number>();

  function isNew(key: string): boolean {
    const last = saidAt.get(key);
    if (last !== undefined && now() - last < hourMs) return false;
    if (saidAt.size >= most) saidAt.clear();
    saidAt.set(key, now());
    return true;
  }

  function say(what: string, about: { source: string; reason: string; path: string; message: string }): void {
    const { source, reason, message } = about;
    const name = withoutIndexes(about.path);
    // Messages are our schemas' own: they repeat no value.
    if (isNew(`${what} ${source} ${reason} ${name}`))
      log.warn(`${what}: ${message}`, { source, reason, name });
  }

  return {
    leftOut(source, lost) {
      for (const field of lost) {
        countLost(source, field.why);
        if (isFaulty(field)) say('field left out', { source, reason: field.why, ...field });
      }
    },
    quarantined(source, reason, problems) {
      for (const problem of problems) say('document quarantined', { source, reason, ...problem });
    },
  };
}

/** Items of a series are one field. */
function withoutIndexes(path: string): string {
  return path.replace(/\.\d+(?=\.|$)/g, '');
}
