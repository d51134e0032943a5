import type { DayPlan, Workout } from '../day-plan.ts';
import { rounded, type EventDraft, type ReadingDraft } from '../event-draft.ts';
import { dateOf } from './device-day.ts';

/** A workout as the vendors' normalizers give it. */
export function workoutDocument(
  { from, until, pulse, knownAt }: Workout,
  plan: DayPlan,
  {
    source,
    deviceId,
    hasPulse,
  }: { readonly source: string; readonly deviceId?: string; readonly hasPulse: boolean },
): EventDraft {
  const active = { start: from, end: until, context: 'active' } as const;
  const duration: ReadingDraft = {
    metric: 'workout_duration',
    value: (until - from) / 1000,
    ...active,
    statistic: 'sum',
  };
  const average: ReadingDraft = {
    metric: 'heart_rate',
    value: rounded(pulse),
    ...active,
    statistic: 'average',
  };
  return {
    source,
    ...(deviceId !== undefined && { deviceId }),
    eventType: 'workout',
    objectId: `workout/${dateOf(plan)}`,
    at: until,
    receivedAt: knownAt,
    offsetMinutes: plan.offsetMinutes,
    readings: hasPulse ? [duration, average] : [duration],
  };
}
