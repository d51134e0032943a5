import kafkajs, { type LogEntry, type logCreator } from 'kafkajs';
import type { Log, LogFields } from '@bridge/core';

const { logLevel } = kafkajs;

/** The same line again within this time is counted, not written: a lost broker is reported several times a second. */
const quietMs = 10_000;

/**
 * Routes kafkajs's log to ours. kafkajs calls ERROR what it is about to retry, so that becomes WARN; what needs a person
 * (a crashed consumer, a broker that stays away) is reported by those who own it.
 */
export function createKafkaLogCreator(log: Log, now: () => number = Date.now): logCreator {
  const lastWritten = new Map<string, { at: number; count: number }>();

  return () => (entry) => {
    const message = `kafka client: ${harmlessText(entry.log.message)}`;
    if (entry.level !== logLevel.ERROR) {
      log.debug(message, idsOf(entry));
      return;
    }
    const key = `${entry.namespace} ${message}`;
    const last = lastWritten.get(key);
    if (last && now() - last.at < quietMs) {
      last.count += 1;
      return;
    }
    lastWritten.set(key, { at: now(), count: 0 });
    log.warn(message, { ...idsOf(entry), ...(last && last.count > 0 ? { count: last.count } : {}) });
  };
}

/** A text's fixed part and a code, if it names one. The text after a colon or quote may repeat a handler's error message. */
function harmlessText(text: string): string {
  const fixed = /^[^:"{]*/.exec(text)?.[0].trim() ?? '';
  const code = /\b(?:KafkaJS[A-Za-z]+|E[A-Z]{4,}|[A-Z]+(?:_[A-Z]+)+)\b/.exec(text.slice(fixed.length))?.[0];
  return code === undefined ? fixed : `${fixed} (${code})`;
}

function idsOf({ namespace, log }: LogEntry): LogFields {
  const fields: Record<string, unknown> = { component: namespace };
  for (const [theirs, ours] of Object.entries(fieldNames)) {
    const value: unknown = log[theirs];
    if (typeof value === 'string' || typeof value === 'number') fields[ours] = value;
  }
  return fields;
}

const fieldNames = {
  topic: 'topic',
  partition: 'partition',
  offset: 'offset',
  groupId: 'group',
  memberId: 'member',
  broker: 'broker',
  retryCount: 'attempt',
};
