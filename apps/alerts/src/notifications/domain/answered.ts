import type { AlertCase } from './alert-case.ts';
import type { AnsweredFiring } from './notification-plan.ts';
import type { PlanDraft } from './plan-draft.ts';

/** The firing that operators were told is unanswered, once somebody takes care of it or it is over; each is returned once. */
export function answeredFiring(
  draft: PlanDraft,
  { alert, isOpen, isAcknowledged }: AlertCase,
): AnsweredFiring | undefined {
  const { alertId, firingSince, reason } = alert;
  const unanswered = draft.unanswered.get(alertId);
  if (unanswered === undefined || draft.answered.get(alertId) === unanswered) return undefined;
  const isOver = !isOpen || firingSince > unanswered;
  if (!isOver && !isAcknowledged) return undefined;
  draft.answered.set(alertId, unanswered);
  const isByHand = isAcknowledged || reason === 'manual';
  return { alertId, firingSince: unanswered, reason: isByHand ? 'answered' : 'recovered' };
}
