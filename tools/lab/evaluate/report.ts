import { deviceClasses } from '../population/device-classes.ts';
import type { Row } from './judge.ts';
import type { RunSize } from './plan.ts';
import type { JobResult } from './run-job.ts';

/** Like every proof's: see `ProofReport`. */
export function reportOf(given: {
  readonly rows: readonly Row[];
  readonly failures: readonly string[];
  readonly run: RunSize;
  readonly started: Date;
  readonly commit: string;
  readonly cores: number;
}) {
  const { rows, failures, run, started, commit, cores } = given;
  const own = rows.filter(({ config }) => config === 0);
  const isShortened = [run.persons, run.days, run.onlyClass].some((option) => option !== undefined);
  return {
    name: 'evaluate',
    seed: run.seed,
    short: run.isShort,
    ...(isShortened && { shortened: true }),
    commit,
    cores,
    started: started.toISOString(),
    seconds: Math.round((Date.now() - started.getTime()) / 1000),
    figures: Object.fromEntries(own.map((row) => [nameOf(row), textOf(row)])),
    failures,
  };
}

function nameOf({ measure, deviceClass, figure }: Row): string {
  return `${measure}, ${deviceClass}: ${figure}`;
}

function textOf({ estimate: { value, low, high } }: Row): string {
  return `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
}

/** Processor time of a thousand days of a person, by class. */
export function speedLines(results: readonly JobResult[]): string[] {
  return deviceClasses.flatMap((deviceClass) => {
    const own = results.filter((result) => result.deviceClass === deviceClass);
    if (own.length === 0) return [];
    const sum = (of: (result: JobResult) => number) => own.reduce((total, result) => total + of(result), 0);
    const days = sum(({ personDays }) => personDays);
    const seconds = sum((result) => result.seconds);
    const events = sum((result) => result.events);
    const perThousand = ((seconds / days) * 1000).toFixed(2);
    return [
      `${deviceClass}: ${perThousand} s of one core per 1,000 person-days, ${Math.round(events / seconds)} events/s`,
    ];
  });
}
