import { topics } from '@bridge/contracts';
import { refused, type BacktestInput, type LineOutcome } from './backtest-input.ts';
import { createEarlierEvents, type Place } from './earlier-events.ts';
import { eventOfLine, parseEventLine } from './parse-event-line.ts';
import { openLineFile, type LineFile } from './read-lines.ts';

const hourMs = 3_600_000;

type Person = { readonly earlier: ReturnType<typeof createEarlierEvents>; receivedMs: number };

/** NDJSON: an event per line. Throws when the file cannot be opened. */
export function openEventFile(path: string): BacktestInput {
  return readEvents(openLineFile(path));
}

/** The same, of lines that lie anywhere. */
export function readEvents(file: LineFile): BacktestInput {
  const people = new Map<string, Person>();
  const read = ({ offset, length }: Place) => eventOfLine(file.textAt(offset, length));

  function personOf(userId: string): Person {
    const known = people.get(userId);
    if (known !== undefined) return known;
    const person = { earlier: createEarlierEvents(read), receivedMs: -Infinity };
    people.set(userId, person);
    return person;
  }

  function take(bytes: Buffer): LineOutcome {
    const outcome = parseEventLine(bytes);
    if (outcome.kind !== 'events') return outcome;
    const [event] = outcome.events;
    if (event === undefined) return outcome;
    const person = personOf(event.user_id);
    const receivedMs = Date.parse(event.received_at);
    if (receivedMs < person.receivedMs - hourMs) {
      return refused('received_at', "must not lie an hour before that of the person's line before");
    }
    if (person.earlier.has(event)) return { kind: 'drop', reason: 'duplicate' };
    person.receivedMs = Math.max(person.receivedMs, receivedMs);
    return outcome;
  }

  return {
    *outcomes() {
      for (const { number, offset, bytes } of file.lines(topics.events.maxMessageBytes)) {
        const place = { offset, length: bytes.length };
        const outcome = take(bytes);
        yield { line: number, outcome };
        // Known from the next decision on.
        if (outcome.kind !== 'events') continue;
        for (const event of outcome.events) personOf(event.user_id).earlier.add(event, place);
      }
    },
    knownOf: (userId) => personOf(userId).earlier,
    close: () => file.close(),
  };
}
