import { rounded, type DeviceDay, type SimulatedReading } from './simulated-event.ts';

/** The parts of a night in seconds; together they are the time in bed. */
export function sleepStages(
  { chance }: DeviceDay,
  { start, end }: { start: number; end: number },
): SimulatedReading[] {
  const inBed = Math.round((end - start) / 1000);
  const awake = Math.round(inBed * chance.between(0.05, 0.11));
  const asleep = inBed - awake;
  const deep = Math.round(asleep * chance.between(0.14, 0.22));
  const rem = Math.round(asleep * chance.between(0.19, 0.26));
  const night = { start, end, context: 'sleep' } as const;
  return [
    { metric: 'time_in_bed', value: inBed, ...night },
    { metric: 'sleep_duration', value: asleep, ...night },
    { metric: 'sleep_deep', value: deep, ...night },
    { metric: 'sleep_rem', value: rem, ...night },
    { metric: 'sleep_light', value: asleep - deep - rem, ...night },
    { metric: 'sleep_awake', value: awake, ...night },
    { metric: 'sleep_efficiency', value: rounded((100 * asleep) / inBed), ...night },
  ];
}
