import type { MetricName } from '@bridge/contracts';
import { z } from 'zod';
import { judgeBed } from '../../documents/domain/bed-gate.ts';
import { isShort, withoutTime, type Bounds } from '../../documents/domain/bounds.ts';
import { createFieldReader, type FieldReader } from '../../documents/domain/field-reader.ts';
import { measured, type MeasuredField } from '../../documents/domain/measured.ts';
import type { NormalizedDocument } from '../../documents/domain/normalized.ts';
import { observed } from '../../documents/domain/observed.ts';
import type { WhoopHead } from './document-head.ts';
import { localSpan } from './span.ts';

const stagesPath = 'score.stage_summary';

/** In milliseconds. */
type Stages = Readonly<Record<'inBed' | 'light' | 'deep' | 'rem' | 'awake', number | undefined>>;

/** A nap is no night: what is measured in it must not count as the night's. */
export function normalizeSleep(document: unknown, { lost, ...head }: WhoopHead): NormalizedDocument {
  const read = createFieldReader(document);
  const score = read.within('score', 'promised');
  const stages = stagesOf(score.within('stage_summary', 'promised'));
  const bounds = localSpan(read, stages.inBed);
  if (bounds === undefined) return withoutTime(read, head.objectId, 'end');
  const isNap = read.field('nap', z.boolean(), 'promised') ?? isShort(bounds);
  const inSleep = { ...bounds.period, context: 'sleep' } as const;
  const field = (name: string) => ({ path: `score.${name}`, value: score.number(name) });
  return observed({
    ...head,
    eventType: isNap ? 'nap' : 'sleep',
    timestamp: bounds.timestamp,
    reported: 'sensed',
    readings: measured([
      {
        metric: 'respiratory_rate',
        unit: '/min',
        ...field('respiratory_rate'),
        ...bounds.period,
        context: isNap ? 'rest' : 'sleep',
        statistic: 'average',
      },
      ...partsOf(read, stages, bounds),
      { metric: 'sleep_efficiency', unit: '%', ...field('sleep_efficiency_percentage'), ...inSleep },
      { metric: 'sleep_performance', unit: '%', ...field('sleep_performance_percentage'), ...inSleep },
    ]),
    flags: bounds.flags,
    lost: [...lost, ...read.lost],
  });
}

function stagesOf(summary: FieldReader): Stages {
  const stage = (name: string) => summary.number(`total_${name}_time_milli`, 'promised');
  return {
    inBed: stage('in_bed'),
    light: stage('light_sleep'),
    deep: stage('slow_wave_sleep'),
    rem: stage('rem_sleep'),
    awake: stage('awake'),
  };
}

/** A sum of which a part is missing would be a shorter night. */
function asleepOf({ light, deep, rem }: Stages): number | undefined {
  return light === undefined || deep === undefined || rem === undefined ? undefined : light + deep + rem;
}

function partsOf(read: FieldReader, stages: Stages, { period, startMs, endMs }: Bounds): MeasuredField[] {
  const asleepMs = asleepOf(stages);
  const inBedPath = `${stagesPath}.total_in_bed_time_milli`;
  const spanMs = startMs === undefined || endMs === undefined ? undefined : endMs - startMs;
  const stays = judgeBed(
    read,
    { asleepMs, inBedMs: stages.inBed, spanMs },
    { asleep: stagesPath, inBed: inBedPath },
  );
  const part = (metric: MetricName, path: string, value: number | undefined): MeasuredField => ({
    metric,
    path,
    value,
    unit: 'ms',
    ...period,
    context: 'sleep',
  });
  return [
    part('time_in_bed', inBedPath, stays.inBed ? stages.inBed : undefined),
    part('sleep_light', `${stagesPath}.total_light_sleep_time_milli`, stages.light),
    part('sleep_deep', `${stagesPath}.total_slow_wave_sleep_time_milli`, stages.deep),
    part('sleep_rem', `${stagesPath}.total_rem_sleep_time_milli`, stages.rem),
    part('sleep_awake', `${stagesPath}.total_awake_time_milli`, stages.awake),
    part('sleep_duration', stagesPath, stays.asleep ? asleepMs : undefined),
  ];
}
