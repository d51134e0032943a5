import { compose, type RuleSet } from '@bridge/mode-policy';
import type { BatchUpdate, Statement, Wording } from './state.ts';

/** Composes the sentences of decisions; they stand without them, so a failure here loses no alert. */
export function createModeNode(rules: RuleSet) {
  return function composeSentences({
    statements,
  }: {
    readonly statements: ReadonlySet<Statement>;
  }): BatchUpdate {
    return {
      insights: Array.from(statements, ({ index, place, decision }): Wording => {
        return { index, place, composed: compose(decision, rules) };
      }),
    };
  };
}
