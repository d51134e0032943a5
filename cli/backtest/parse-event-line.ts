import { interpretEvent, parseTimestamp, type BiometricEvent, type Interpretation } from '@bridge/contracts';
import { refused, type LineOutcome } from './backtest-input.ts';

/**
 * One line of NDJSON: an event of `biometric.events` as ingest writes it, or a partner's message with the time of its arrival,
 * `received_at`. Either is judged as it would be on the topic, but however old it is.
 */
export function parseEventLine(bytes: Buffer): LineOutcome {
  let body: unknown;
  try {
    body = JSON.parse(bytes.toString('utf8'));
  } catch {
    return refused('', 'must be JSON');
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return refused('', 'must be an object');
  return isOurs(body) ? outcomeOf(interpret(body, bytes, 0, true)) : partnerLine(body, bytes);
}

/** The event that a line holds, which was taken before. */
export function eventOfLine(text: string): BiometricEvent | undefined {
  const outcome = parseEventLine(Buffer.from(text));
  return outcome.kind === 'events' ? outcome.events[0] : undefined;
}

/** Only ingest computes hashes. */
function isOurs(body: object): boolean {
  const { provenance } = body as { readonly provenance?: unknown };
  return typeof provenance === 'object' && provenance !== null && 'content_hash' in provenance;
}

function partnerLine(body: object, bytes: Buffer): LineOutcome {
  const { received_at: received, ...message } = body as { readonly received_at?: unknown };
  const arrived = typeof received === 'string' ? parseTimestamp(received) : undefined;
  if (arrived === undefined) return refused('received_at', 'must be an RFC 3339 date and time');
  return outcomeOf(interpret(message, bytes, arrived.epochMs, false));
}

function interpret(
  body: object,
  raw: Buffer,
  brokerTime: number,
  trusted: boolean,
): Interpretation<BiometricEvent> {
  return interpretEvent({ body, raw, brokerTime, trusted, retentionDays: Infinity });
}

/** The meaning of an event as a line's. */
export function outcomeOf(interpretation: Interpretation<BiometricEvent>): LineOutcome {
  switch (interpretation.kind) {
    case 'ok':
      return { kind: 'events', events: [interpretation.value] };
    case 'drop':
      return interpretation;
    case 'deadLetter': {
      const [problem] = interpretation.problems;
      return problem === undefined
        ? refused('', interpretation.reason)
        : refused(problem.path, problem.message);
    }
  }
}
