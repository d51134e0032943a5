import type { BiometricEvent } from './biometric-event.ts';
import { contentHash, eventId, rawHash, type ObjectIdentity } from './identity.ts';
import type { Problem } from './interpretation.ts';
import type { Answer, Profile } from './profile.ts';
import { tooOld } from './retention.ts';
import { checkTime } from './time-rules.ts';
import { parseTimestamp, utc } from './timestamp.ts';

/** What a person states: a part of their profile, or an answer to a question or an alert. */
export type Declaration = { readonly profile: Profile } | { readonly answer: Answer };

export type DeclarationSender = {
  readonly userId: string;
  /** The sender's own id of the declaration. */
  readonly clientId: string | undefined;
  /** As the sender wrote it. */
  readonly timestamp: string | undefined;
  readonly raw: Uint8Array;
  readonly arrivalMs: number;
  readonly retentionDays: number;
};

export type DeclarationResult =
  | { readonly kind: 'ok'; readonly event: BiometricEvent }
  | { readonly kind: 'invalid'; readonly reason: string; readonly problems: readonly Problem[] };

/**
 * A declaration as an event of the source `manual`. `occasion` tells it from the same content at another time, where the
 * sender names neither id nor time.
 */
export function declarationEvent(
  declaration: Declaration,
  { userId, clientId, timestamp, raw, arrivalMs, retentionDays }: DeclarationSender,
  occasion: string,
): DeclarationResult {
  const future = 'profile' in declaration ? futureBirth(declaration.profile, arrivalMs) : undefined;
  if (future !== undefined) return invalid('invalid_event', future);
  const reported = timestamp === undefined ? undefined : parseTimestamp(timestamp);
  if (timestamp !== undefined && reported === undefined) {
    return invalid('invalid_event', { path: 'timestamp', message: 'must be an RFC 3339 date and time' });
  }
  const time = checkTime(reported, { arrivalMs, hasClientId: true, retentionDays });
  if (time.kind === 'drop') {
    return invalid(time.reason, { path: 'timestamp', message: tooOld(retentionDays) });
  }
  if (time.kind === 'deadLetter') {
    return invalid(time.reason, { path: 'timestamp', message: 'must not lie in the future' });
  }
  const event_type = 'profile' in declaration ? 'profile' : 'answer';
  const content = contentHash({
    event_type,
    operation: 'upsert',
    readings: [],
    ...declaration,
    ...(reported !== undefined && { reportedAt: reported.text }),
  });
  const object = identityOf(clientId, reported === undefined ? `${content}/${occasion}` : content);
  return {
    kind: 'ok',
    event: {
      event_id: eventId({ source: 'manual', userId, object, version: 0 }),
      user_id: userId,
      source: 'manual',
      event_type,
      timestamp: time.timestamp,
      received_at: utc(arrivalMs),
      version: 0,
      operation: 'upsert',
      readings: [],
      ...declaration,
      provenance: {
        ...(clientId !== undefined && { object_id: clientId }),
        object_kind: object.kind,
        reported: 'self_reported',
        content_hash: content,
        raw_sha256: rawHash(raw),
        flags: time.flag === undefined ? [] : [time.flag],
      },
    },
  };
}

function identityOf(clientId: string | undefined, content: string): ObjectIdentity {
  return clientId === undefined ? { kind: 'content', id: content } : { kind: 'client', id: clientId };
}

function futureBirth({ birth_year }: Profile, arrivalMs: number): Problem | undefined {
  if (birth_year === undefined || birth_year <= new Date(arrivalMs).getUTCFullYear()) return undefined;
  return { path: 'birth_year', message: 'must not lie in the future' };
}

function invalid(reason: string, problem: Problem): DeclarationResult {
  return { kind: 'invalid', reason, problems: [problem] };
}

/** The same answer within a minute is the same event: a second click, or a request that was sent again. */
export function minuteOf(arrivalMs: number): string {
  return String(Math.floor(arrivalMs / 60_000));
}
