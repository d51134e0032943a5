import { compose, initialState, type Decision, type PersonState, type RuleSet } from '@bridge/mode-policy';
import type { ModeTransition } from '@bridge/contracts';
import { unsealRecord } from '@bridge/decision-store';
import type { LiveSubject } from '@bridge/vault';
import type { HistoryDeps } from './history-deps.ts';
import type { Page } from './history-result.ts';
import { loadState } from './sealed-state.ts';

export type TransitionSelection = {
  /** In ms since 1970: from inclusive, to exclusive. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly limit: number;
  /** Only decisions before this one. */
  readonly beforeSeq?: number | undefined;
};

type Row = { readonly id: Buffer; readonly seq: number; readonly record: Buffer };

/** A person's switches with their sentences, the newest first. */
export async function loadTransitions(
  { query, rules }: Pick<HistoryDeps, 'query' | 'rules'>,
  person: LiveSubject,
  { from, to, limit, beforeSeq }: TransitionSelection,
): Promise<Page<ModeTransition>> {
  const [rows, state] = await Promise.all([
    query<Row>(
      `select transition_id id, seq::float8 seq, record from public.cognitive_mode_transitions
        where subject_id = $1 and ($2::int8 is null or seq < $2)
          and ($3::float8 is null or transition_time >= to_timestamp($3 / 1000))
          and ($4::float8 is null or transition_time < to_timestamp($4 / 1000))
        order by seq desc limit $5`,
      [person.subjectId, beforeSeq ?? null, from ?? null, to ?? null, limit + 1],
    ),
    loadState(query, person),
  ]);
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return {
    items: shown.flatMap((row) => transitionOf(row, person, state, rules()) ?? []),
    next: last && String(last.seq),
  };
}

/** In the person's present language: the record holds the facts, and the sentences are those of the present rules. */
function transitionOf(
  { id, record }: Row,
  person: LiveSubject,
  state: PersonState = initialState,
  rules: RuleSet,
): ModeTransition | null {
  const recorded = unsealRecord(record, id.toString('hex'), person);
  const { facts } = recorded as Partial<Pick<Decision, 'facts'>>;
  // A record of an older policy has no facts.
  if (facts === undefined) return recorded.transition;
  return compose({ ...recorded, alertSignals: [], insights: [], state }, rules).transition;
}
