import type { NormalizedDocument } from '../../documents/domain/normalized.ts';
import { normalizeDailyActivity } from './daily-activity.ts';
import {
  normalizeDailyReadiness,
  normalizeDailySleep,
  normalizeDailySpo2,
  normalizeDailyStress,
  normalizeVo2Max,
} from './daily-scores.ts';
import { ouraDataType } from './data-types.ts';
import { readHead, type OuraHead } from './document-head.ts';
import { isPlaceholder } from './is-placeholder.ts';
import { normalizeSession } from './session.ts';
import { normalizeSleep } from './sleep.ts';
import { normalizeWorkout } from './workout.ts';

const normalizers: ReadonlyMap<string, (document: unknown, head: OuraHead) => NormalizedDocument> = new Map([
  ['sleep', normalizeSleep],
  ['daily_sleep', normalizeDailySleep],
  ['daily_readiness', normalizeDailyReadiness],
  ['daily_activity', normalizeDailyActivity],
  ['daily_spo2', normalizeDailySpo2],
  ['daily_stress', normalizeDailyStress],
  ['vo2_max', normalizeVo2Max],
  ['workout', normalizeWorkout],
  ['session', normalizeSession],
]);

/** What a document of Oura says. `dataType` as in notices. Takes anything and never throws. */
export function normalizeOura(dataType: string, document: unknown): NormalizedDocument {
  const normalize = normalizers.get(dataType);
  if (normalize === undefined) {
    return {
      kind: 'unmapped',
      reason: ouraDataType(dataType) === undefined ? 'unknown_type' : 'no_readings',
    };
  }
  if (isPlaceholder(document)) return { kind: 'unmapped', reason: 'placeholder' };
  const head = readHead(dataType, document);
  return head.kind === 'ok' ? normalize(document, head.value) : head;
}
