import { CodedError } from '@bridge/core';
import {
  decisionOn,
  newestTransitions,
  noteAccess,
  rebuildState,
  transitionsNamed,
  type Archive,
  type RecordedTransition,
} from '@bridge/decision-store';
import { describeDecision, describeTransition, recompute, type RecomputeResult } from '@bridge/mode-policy';

export type Explanation = {
  readonly lines: readonly string[];
  /** A decision was found, and deciding it again gives the same. */
  readonly isFine: boolean;
};

/** Explains the transitions under an id, or the event that switched none, and decides them again. */
export async function explainId(archive: Archive, id: string): Promise<Explanation> {
  const isId = /^[0-9a-f]{32}$/.test(id);
  const found = isId ? await transitionsNamed(archive.query, archive.vault, id) : [];
  if (found.length > 0) return explainTransitions(archive, id, found);
  const quiet = isId ? await explainQuietEvent(archive, id) : undefined;
  if (quiet !== undefined) return { lines: [quiet], isFine: true };
  return { lines: [`Nothing was decided under ${id}. An id has 32 hex digits.`], isFine: false };
}

/** Decides the newest transitions of everybody again and counts the results, as one line of JSON. */
export async function countDecidedAgain(archive: Archive, limit: number): Promise<Explanation> {
  const counts: Record<RecomputeResult['kind'], number> = { identical: 0, different: 0, older_policy: 0 };
  for (const one of await newestTransitions(archive.query, archive.vault, limit)) {
    counts[(await decideAgain(archive, one)).kind] += 1;
  }
  return { lines: [JSON.stringify(counts)], isFine: counts.different === 0 };
}

async function explainTransitions(
  archive: Archive,
  id: string,
  found: readonly RecordedTransition[],
): Promise<Explanation> {
  const lines: string[] = [];
  let isFine = true;
  for (const one of found) {
    await noteAccess(archive.query, one.person, id);
    const recomputed = await decideAgain(archive, one);
    lines.push(describeTransition(one.recorded, recomputed));
    if (recomputed.kind === 'different') isFine = false;
  }
  return { lines, isFine };
}

async function decideAgain(
  { kept }: Archive,
  { recorded, ruleHash, person }: RecordedTransition,
): Promise<RecomputeResult> {
  const rules = await kept.byHash(ruleHash).catch((error: unknown) => {
    // Rules of an older policy: the result says so.
    if (error instanceof CodedError && error.code === 'bad_rules') return undefined;
    throw error;
  });
  return recompute(recorded, person.userId, rules);
}

/** An event that switched nothing has no record: its person's events up to it are decided again. */
async function explainQuietEvent(
  { query, vault, kept }: Archive,
  eventId: string,
): Promise<string | undefined> {
  const found = await decisionOn(query, vault, eventId);
  if (!found) return undefined;
  await noteAccess(query, found.person, eventId);
  const rebuilt = await rebuildState(query, kept, found.person, { upTo: found.seq });
  const decision = rebuilt?.lastDecisions.at(-1);
  return decision && describeDecision(decision);
}
