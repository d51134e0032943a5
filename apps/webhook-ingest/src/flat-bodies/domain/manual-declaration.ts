import {
  declarationEvent,
  manualAnswerSchema,
  manualProfileSchema,
  minuteOf,
  parseInWords,
  problemsOf,
  type Answer,
  type DeclarationResult,
  type Problem,
} from '@bridge/contracts';

type Arrival = {
  readonly raw: Uint8Array;
  readonly arrivalMs: number;
  readonly retentionDays: number;
};

/** Whether a body states a profile or an answer, and no readings. */
export function isDeclaration(body: unknown): body is Readonly<Record<string, unknown>> {
  return typeof body === 'object' && body !== null && ('profile' in body || 'answer' in body);
}

/** A profile or an answer as `POST /webhooks/manual` takes it, or all its problems. */
export function manualDeclaration(
  body: Readonly<Record<string, unknown>>,
  arrival: Arrival,
): DeclarationResult {
  return 'profile' in body ? profileOf(body, arrival) : answerOf(body, arrival);
}

function profileOf(body: unknown, arrival: Arrival): DeclarationResult {
  const parsed = parseInWords(manualProfileSchema, body);
  if (!parsed.success) return invalid(problemsOf(parsed.error));
  const { user_id: userId, profile, event_id, timestamp } = parsed.data;
  if (event_id == null && timestamp == null) {
    return invalid([{ path: 'timestamp', message: 'must be given when there is no event_id' }]);
  }
  const sender = { userId, clientId: event_id ?? undefined, timestamp: timestamp ?? undefined, ...arrival };
  const made = declarationEvent({ profile }, sender, '');
  return made.kind === 'ok' ? made : { ...made, problems: made.problems.map(below) };
}

function answerOf(body: unknown, arrival: Arrival): DeclarationResult {
  const parsed = parseInWords(manualAnswerSchema, body);
  if (!parsed.success) return invalid(problemsOf(parsed.error));
  const { user_id: userId, answer, event_id, timestamp } = parsed.data;
  const sender = { userId, clientId: event_id ?? undefined, timestamp: timestamp ?? undefined, ...arrival };
  return declarationEvent({ answer: answer satisfies Answer }, sender, minuteOf(arrival.arrivalMs));
}

/** As this body nests it. */
function below({ path, message }: Problem): Problem {
  return { path: path === 'birth_year' ? `profile.${path}` : path, message };
}

function invalid(problems: readonly Problem[]): DeclarationResult {
  return { kind: 'invalid', reason: 'invalid_event', problems };
}
