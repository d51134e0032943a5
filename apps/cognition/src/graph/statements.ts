import type { InsightFacts } from '@bridge/mode-policy';
import type { BatchState, Finding, Statement } from './state.ts';

type Channels = Pick<typeof BatchState.State, 'decided' | 'hypotheses' | 'patterns_detected'>;

/** Everything that a batch says to somebody: switches, alerts, and the insights of the channels. */
export function statementsOf({ decided, hypotheses, patterns_detected }: Channels): Statement[] {
  const found = Map.groupBy(
    [...Object.values(hypotheses).flat(), ...patterns_detected],
    ({ index }) => index,
  );
  const statements: Statement[] = [];
  for (const [index, { decisions }] of decided.entries()) {
    for (const [place, decision] of decisions.entries()) {
      const insights = insightsAt(place, found.get(index));
      if (decision.transition !== null || decision.alertSignals.length > 0 || insights.length > 0)
        statements.push({ index, place, decision, insights });
    }
  }
  return statements;
}

const none: readonly InsightFacts[] = [];

/** In the order of the decision: its questions and its patterns come by two channels. */
function insightsAt(at: number, found: readonly Finding[] | undefined): readonly InsightFacts[] {
  if (found === undefined) return none;
  return found
    .filter(({ place }) => place === at)
    .sort((a, b) => a.nr - b.nr)
    .map(({ insight }) => insight);
}
