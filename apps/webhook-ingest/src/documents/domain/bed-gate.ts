import type { FieldReader } from './field-reader.ts';

/** Clocks of stages and of the bed may differ by so much. */
const toleranceMs = 30_000;

/** In milliseconds; undefined where it is not known. */
type Bed = {
  readonly asleepMs: number | undefined;
  readonly inBedMs: number | undefined;
  /** From the start of the bed's interval to its end. */
  readonly spanMs: number | undefined;
};

/**
 * Which of two figures to leave out when somebody would sleep longer than they lie: the time in bed if the bed's own
 * interval has room for the sleep, otherwise the sleep.
 */
function bedFault({ asleepMs, inBedMs, spanMs }: Bed): 'asleep' | 'in_bed' | undefined {
  if (asleepMs === undefined) return undefined;
  const fits = (lyingMs: number | undefined) => lyingMs === undefined || asleepMs <= lyingMs + toleranceMs;
  if (fits(inBedMs)) return inBedMs === undefined && !fits(spanMs) ? 'asleep' : undefined;
  return spanMs !== undefined && fits(spanMs) ? 'in_bed' : 'asleep';
}

type Paths = { readonly asleep: string; readonly inBed: string };

/** Says of both figures whether they stay. A night's sum of zero was not measured; time asleep must fit into the bed. */
export function judgeBed(read: FieldReader, bed: Bed, paths: Paths): { asleep: boolean; inBed: boolean } {
  if (bed.asleepMs === 0) {
    read.lose({ why: 'not_measured', path: paths.asleep, message: 'must be more than 0' });
    return { asleep: false, inBed: true };
  }
  switch (bedFault(bed)) {
    case 'asleep':
      read.lose({ why: 'implausible', path: paths.asleep, message: 'must not exceed the time in bed' });
      return { asleep: false, inBed: true };
    case 'in_bed':
      read.lose({ why: 'implausible', path: paths.inBed, message: 'must not be less than the time asleep' });
      return { asleep: true, inBed: false };
    case undefined:
      return { asleep: bed.asleepMs !== undefined, inBed: true };
  }
}
