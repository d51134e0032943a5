import { compose, withoutSentences, type RuleSet } from '@bridge/mode-policy';
import type { BatchUpdate, Statement, Wording } from './state.ts';

/** Composes the sentences of decisions, and nothing else: `graph.ts` lets the decisions stand if this fails. */
export function createModeNode(rules: RuleSet) {
  return function composeSentences({
    statements,
  }: {
    readonly statements: ReadonlySet<Statement>;
  }): BatchUpdate {
    return {
      insights: Array.from(statements, ({ index, place, decision, insights }): Wording => {
        return { index, place, composed: compose({ ...decision, insights }, rules) };
      }),
    };
  };
}

/** The messages of a decision whose mode node failed. */
export function wordless({ index, place, decision, insights }: Statement): Wording {
  return { index, place, composed: withoutSentences({ ...decision, insights }) };
}
