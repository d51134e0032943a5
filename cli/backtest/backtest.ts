import type { ComposedDecision, RuleSet } from '@bridge/mode-policy';
import type { BacktestInput, LineFault } from './backtest-input.ts';
import { createSummary, type BacktestSummary } from './backtest-summary.ts';
import { createPersonDecider } from './person-decider.ts';

export type BacktestOptions = {
  readonly rules: RuleSet;
  /** Hears of every line that is refused. */
  readonly onFault: (line: number, fault: LineFault) => void;
};

/**
 * Decides a file of events on the clock of their arrival and yields each message as a line of JSON, in the order of decision per
 * person. Returns the summary. Time ends with the last arrival in the file: everything that falls due by then is decided.
 */
export function* backtest(
  input: BacktestInput,
  { rules, onFault }: BacktestOptions,
): Generator<string, BacktestSummary> {
  const summary = createSummary();
  const people = new Map<string, ReturnType<typeof createPersonDecider>>();
  let end = -Infinity;
  const announce = function* (decisions: readonly ComposedDecision[]) {
    for (const decision of decisions) {
      summary.take(decision);
      yield* messagesOf(decision);
    }
  };
  for (const { line, outcome } of input.outcomes()) {
    if (outcome.kind === 'refused') {
      summary.refuse();
      onFault(line, outcome.fault);
    } else if (outcome.kind === 'drop') summary.drop(outcome.reason);
    else {
      for (const event of outcome.events) {
        const { user_id: userId } = event;
        let person = people.get(userId);
        if (person === undefined) {
          person = createPersonDecider(userId, rules, input.knownOf(userId));
          people.set(userId, person);
        }
        const receivedMs = Date.parse(event.received_at);
        end = Math.max(end, receivedMs);
        summary.event(userId, receivedMs);
        yield* announce(person.decide(event));
      }
    }
  }
  for (const person of people.values()) yield* announce(person.passTime(end));
  return summary.result(rules);
}

function* messagesOf({ transition, alertSignals, insights }: ComposedDecision): Generator<string, void> {
  if (transition !== null) yield JSON.stringify({ transition });
  for (const alert of alertSignals) yield JSON.stringify({ alert });
  for (const insight of insights) yield JSON.stringify({ insight });
}
