import { CodedError } from '@bridge/core';
import {
  eventsSince,
  noteAccess,
  ownerOfMessage,
  rebuildState,
  type DecidedEvent,
  type RecordedTransition,
} from '@bridge/decision-store';
import {
  analysisOf,
  collectKnown,
  countedDays,
  decide,
  describeAnalysis,
  describeDecision,
  describeSignals,
  describeTransition,
  explainEvent,
  recompute,
  signalsOf,
  upgradeOf,
  type DecisionRecord,
  type ExplainedAnswer,
  type ExplainedEvent,
  type RecomputeResult,
  type RuleSet,
} from '@bridge/mode-policy';
import type { LiveSubject } from '@bridge/vault';
import type { ExplainArchive } from './explain-archive.ts';
import type { DecisionFindings, Explanation } from './explanation.ts';

/** Explains a recorded transition and decides it again. */
export async function explainTransition(
  archive: ExplainArchive,
  found: RecordedTransition,
): Promise<Explanation> {
  const { recorded, person } = found;
  const rules = await rulesOf(archive, found);
  const recomputed = await recomputeTransition(archive, found, rules);
  const { event, before, used } = recorded;
  const signals = event && rules ? signalsOf(event, rules) : undefined;
  const explained =
    event && rules && signals
      ? explainEvent(before, { kind: 'event', event, signals, known: collectKnown(used) }, rules)
      : undefined;
  // Records of earlier releases lack it.
  const analysis = recorded.analysis ?? (event && signals && analysisOf(event, signals)) ?? undefined;
  await note(archive, person, recorded.transition?.transition_id ?? '');
  const answer = await explainAnswer(archive.query, person, recorded.answer, { seq: before.seq + 1, event });
  const told = { ...recorded, answer };
  const lines = [
    describeTransition(told, recomputed),
    analysis ? describeAnalysis(analysis) : '',
    explained ? describeSignals(explained) : '',
  ];
  return {
    finding: {
      kind: 'switch',
      transition: recorded.transition,
      confidence: recorded.confidence ?? recorded.transition?.confidence,
      recomputed: recomputed.kind,
      signals: explained?.signals ?? [],
      ...findingsOf(told, explained),
      ...(analysis && { analysis }),
    },
    text: lines.filter((line) => line !== '').join('\n'),
    isFine: recomputed.kind !== 'different',
  };
}

/** Decides a transition again. The first one under this policy read stored events, which its record does not repeat. */
export async function recomputeTransition(
  { query }: Pick<ExplainArchive, 'query'>,
  { recorded, person }: RecordedTransition,
  rules: RuleSet | undefined,
): Promise<RecomputeResult> {
  const range = rules && recorded.event === null ? upgradeOf(recorded.before) : undefined;
  const history = range === undefined ? [] : await eventsSince(query, person, range, recorded.before.seq);
  return recompute(recorded, person.userId, rules, history);
}

/** Somebody else may note it: an API knows whose key asks. */
async function note(archive: ExplainArchive, person: LiveSubject, id: string): Promise<void> {
  if (archive.isNoted !== true) await noteAccess(archive.query, person, id);
}

/** Undefined: they belong to an older policy. */
export async function rulesOf(
  { kept }: Pick<ExplainArchive, 'kept'>,
  { ruleHash }: Pick<RecordedTransition, 'ruleHash'>,
): Promise<RuleSet | undefined> {
  try {
    return await kept.byHash(ruleHash);
  } catch (error) {
    if (error instanceof CodedError && error.code === 'bad_rules') return undefined;
    throw error;
  }
}

/**
 * An event that did not switch the mode has no record: its person's events up to it are decided again. Undefined: it was decided
 * before the first snapshot of this policy.
 */
export async function explainQuietEvent(
  archive: ExplainArchive,
  { person, seq }: DecidedEvent,
  eventId: string,
): Promise<Explanation | undefined> {
  const { query, kept } = archive;
  const rebuilt = await rebuildState(query, kept, person, { upTo: seq });
  const step = rebuilt?.lastStep;
  if (step?.command.kind !== 'event' || step.command.event.event_id !== eventId) return undefined;
  await note(archive, person, eventId);
  const decision = decide(step.before, step.command, step.rules).at(-1);
  if (decision === undefined) throw new Error(`Event ${eventId} led to no decision.`);
  const answer = await explainAnswer(query, person, decision.answer, { seq, event: step.command.event });
  const told = { ...decision, answer };
  const explained = explainEvent(step.before, step.command, step.rules);
  const analysis = analysisOf(step.command.event, step.command.signals);
  const lines = [describeDecision(told), describeAnalysis(analysis), describeSignals(explained)];
  return {
    finding: {
      kind: 'no_switch',
      mode: decision.state.mode,
      signals: explained.signals,
      ...findingsOf(told, explained),
      analysis,
    },
    text: lines.filter((line) => line !== '').join('\n'),
    isFine: true,
  };
}

/** A state forgets what ended long ago; what is recorded tells it from what never was. */
async function explainAnswer(
  query: ExplainArchive['query'],
  person: RecordedTransition['person'],
  answer: DecisionRecord['answer'],
  { seq, event }: { readonly seq: number; readonly event: DecisionRecord['event'] },
): Promise<ExplainedAnswer> {
  if (answer?.status !== 'dropped' || answer.reason !== 'unknown' || !event?.answer) return answer;
  const owner = await ownerOfMessage(query, person, event.answer, seq);
  if (owner === undefined) return answer;
  return { status: 'dropped', reason: owner === 'own' ? 'settled' : owner };
}

/** A record of an older policy has no facts. */
function findingsOf(
  decision: Omit<DecisionRecord, 'event' | 'used' | 'answer'> & { readonly answer: ExplainedAnswer },
  explained: ExplainedEvent | undefined,
): DecisionFindings {
  const { cause, evidence, insights, answer, clock, alertSignals, rulesFired, rulesHeld } = decision;
  const { facts } = decision as Partial<Pick<DecisionRecord, 'facts'>>;
  const counted = explained?.counted ?? (facts === undefined ? {} : countedDays(facts));
  return { cause, rulesFired, rulesHeld, evidence, counted, alertSignals, insights, answer, clock };
}
