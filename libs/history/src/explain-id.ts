import { decisionOn, newestTransitions, transitionsNamed, type DecidedEvent } from '@bridge/decision-store';
import type { RecomputeResult } from '@bridge/mode-policy';
import { createEventKeys } from '@bridge/postgres';
import { explainQuietEvent, explainTransition, recomputeTransition, rulesOf } from './explain-decision.ts';
import type { ExplainArchive } from './explain-archive.ts';
import type { Explanation } from './explanation.ts';

export type RecomputeCounts = Record<RecomputeResult['kind'], number>;

/**
 * Explains the transitions under an id, or the event that caused none, and decides them again. Returns nothing for an id
 * under which nothing was decided.
 */
export async function explainDecisions(archive: ExplainArchive, id: string): Promise<Explanation[]> {
  const found = await transitionsNamed(archive.query, archive.vault, id);
  if (found.length > 0) {
    const explanations: Explanation[] = [];
    for (const one of found) explanations.push(await explainTransition(archive, one));
    return explanations;
  }
  const decided = await decisionOn(archive.query, archive.vault, id);
  return decided === undefined ? withoutRow(archive, id) : [await explainDecided(archive, decided, id)];
}

/** Explains an event that was decided, whether or not it switched the mode. */
async function explainDecided(
  archive: ExplainArchive,
  decided: DecidedEvent,
  eventId: string,
): Promise<Explanation> {
  const quiet = await explainQuietEvent(archive, decided, eventId);
  if (quiet !== undefined) return quiet;
  const because = `it was decided as number ${decided.seq} of its person by an older policy, which is not in this code, and switched nothing`;
  return {
    finding: { kind: 'not_decided', reason: 'older_policy', because, event_id: eventId },
    text: `Event ${eventId} cannot be explained because ${because}.`,
    isFine: true,
  };
}

/** An event whose key is known was decided; its row goes with its person or with time. */
async function withoutRow({ query }: ExplainArchive, eventId: string): Promise<Explanation[]> {
  const known = await createEventKeys('cognition').known(query, [eventId]);
  if (!known.has(eventId)) return [];
  const because = 'it was decided, and its row is gone: its person was erased, or its time is over';
  return [
    {
      finding: { kind: 'not_decided', reason: 'row_gone', because, event_id: eventId },
      text: `Event ${eventId} cannot be explained because ${because}.`,
      isFine: true,
    },
  ];
}

/** Decides the newest transitions of everybody again and counts the results. `onDifferent` gets the ids of those that differ. */
export async function countDecidedAgain(
  archive: ExplainArchive,
  limit: number,
  onDifferent: (transitionId: string) => void,
): Promise<RecomputeCounts> {
  const counts: RecomputeCounts = { identical: 0, different: 0, older_policy: 0 };
  for (const one of await newestTransitions(archive.query, archive.vault, limit)) {
    const { kind } = await recomputeTransition(archive, one, await rulesOf(archive, one));
    counts[kind] += 1;
    if (kind === 'different') onDifferent(one.recorded.transition?.transition_id ?? '');
  }
  return counts;
}
