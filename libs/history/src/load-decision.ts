import type { ExplainedDecision } from '@bridge/contracts';
import type { Explanation } from './explanation.ts';

/** An explanation as apps see it. Of several decisions under one id, such as ticks before an event, the last one counts. */
export function explainedDecision(
  explanations: readonly Explanation[],
  userId: string,
  id: string,
): ExplainedDecision | undefined {
  const last = explanations.at(-1);
  if (last === undefined) return undefined;
  const { finding, text } = last;
  const cause = finding.kind === 'not_decided' ? undefined : finding.cause;
  const transitionId = finding.kind === 'switch' ? finding.transition?.transition_id : undefined;
  const eventId =
    finding.kind === 'not_decided'
      ? id
      : cause !== undefined && 'event_id' in cause
        ? cause.event_id
        : undefined;
  return {
    decision: plain(finding),
    sentences: text.split('\n'),
    user_id: userId,
    ...(transitionId !== undefined && { transition_id: transitionId }),
    ...(eventId !== undefined && { event_id: eventId }),
    identical:
      finding.kind === 'no_switch' || (finding.kind === 'switch' && finding.recomputed === 'identical'),
  };
}

/** As JSON has it: without what is undefined. */
function plain(finding: Explanation['finding']): ExplainedDecision['decision'] {
  return JSON.parse(JSON.stringify(finding)) as ExplainedDecision['decision'];
}
