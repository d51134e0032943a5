import { severities } from '@bridge/contracts';
import { deviceClasses, type DeviceClass } from '../population/device-classes.ts';
import { meanWithInterval, type Estimate } from './bootstrap.ts';
import { changeNames, episodeNames } from './episode-catalog.ts';
import type { Outcome } from './run-job.ts';
import type { Size, Targets } from './targets.ts';

export type Verdict = 'met' | 'missed' | 'too small' | 'not judged';

/** One line of the table. */
export type Row = {
  readonly measure: string;
  readonly deviceClass: DeviceClass;
  /** A severity, a severity with its rule, or what the number is. */
  readonly figure: string;
  readonly config: number;
  readonly persons: number;
  readonly estimate: Estimate;
  readonly target: { readonly atMost?: number; readonly atLeast?: number } | undefined;
  readonly verdict: Verdict;
};

export type Judging = {
  readonly targets: Targets;
  readonly isFull: boolean;
  /** So few persons refute a target only when its whole interval lies on the wrong side, and never prove one. */
  readonly isShort: boolean;
};

const daysOfMonth = 365.25 / 12;

type Group = {
  readonly measure: string;
  readonly deviceClass: DeviceClass;
  readonly config: number;
  readonly outcomes: readonly Outcome[];
};

/** All rows, in the order of measures, classes and thresholds files. */
export function judge(outcomes: readonly Outcome[], judging: Judging): Row[] {
  const order = ['healthy', 'runner', ...episodeNames, ...changeNames];
  const configs = [...new Set(outcomes.map(({ config }) => config))].sort((one, other) => one - other);
  return order.flatMap((measure) =>
    deviceClasses.flatMap((deviceClass) =>
      configs.flatMap((config) => {
        const own = outcomes.filter(
          (one) => one.measure === measure && one.deviceClass === deviceClass && one.config === config,
        );
        return own.length === 0 ? [] : rowsOf({ measure, deviceClass, config, outcomes: own }, judging);
      }),
    ),
  );
}

function rowsOf(group: Group, judging: Judging): Row[] {
  const { targets } = judging;
  const { measure } = group;
  if (measure === 'healthy' || measure === 'runner') return rateRows(group, measure, judging);
  const episode = episodeNames.find((name) => name === measure);
  if (episode !== undefined) {
    const { at_least: atLeast, persons } = targets.found[episode];
    return [
      rowOf(group, judging, { figure: 'found', target: { atLeast }, needed: { persons, days: 1 } }),
      rowOf(group, judging, { figure: 'warned' }),
      rowOf(group, judging, { figure: 'well' }),
    ];
  }
  const { persons } = targets.not_more.device_swap;
  const same = rowOf(group, judging, { figure: 'same' });
  const target = { atMost: same.estimate.value };
  return [rowOf(group, judging, { figure: 'changed', target, needed: { persons, days: 1 } }), same];
}

/** Alerts per person and month: in all by severity, then by rule. */
function rateRows(group: Group, measure: 'healthy' | 'runner', judging: Judging): Row[] {
  const { at_most: limits, sizes } = judging.targets[measure];
  const isFullyHealthy = measure === 'healthy' && judging.isFull;
  const needed = isFullyHealthy ? judging.targets.healthy.full : sizes[group.deviceClass];
  const inAll = severities.map((severity) => {
    const atMost = limits[severity];
    const target = atMost === undefined ? undefined : { atMost };
    return rowOf(group, judging, { figure: severity, target, needed });
  });
  const seen = new Set(group.outcomes.flatMap(({ values }) => Object.keys(values)));
  const byRule = severities.flatMap((severity) =>
    [...seen]
      .filter((key) => key.startsWith(`${severity} `))
      .map((figure) => rowOf(group, judging, { figure }))
      .sort((one, other) => other.estimate.value - one.estimate.value),
  );
  return [...inAll, ...byRule];
}

type RowFacts = {
  readonly figure: string;
  readonly target?: Row['target'];
  readonly needed?: Size | undefined;
};

function rowOf(group: Group, judging: Judging, { figure, target, needed }: RowFacts): Row {
  const { measure, deviceClass, config, outcomes } = group;
  const isRate = measure === 'healthy' || measure === 'runner';
  const perPerson = outcomes.map(
    ({ values, personDays }) =>
      ((values[figure] ?? 0) * (isRate ? daysOfMonth : 1)) / (isRate ? personDays : 1),
  );
  const estimate = meanWithInterval(perPerson);
  const days = Math.min(...outcomes.map(({ personDays }) => personDays));
  const isSmall = needed !== undefined && (outcomes.length < needed.persons || days < needed.days);
  const verdict = verdictOn(estimate, target, isSmall, judging.isShort);
  return { measure, deviceClass, figure, config, persons: outcomes.length, estimate, target, verdict };
}

function verdictOn(
  { value, low, high }: Estimate,
  target: Row['target'],
  isSmall: boolean,
  isShort: boolean,
): Verdict {
  if (target === undefined) return 'not judged';
  const { atMost = Infinity, atLeast = -Infinity } = target;
  if (isShort) return low > atMost || high < atLeast ? 'missed' : 'not judged';
  // A share of people who were all found can be 1 - 1e-16.
  if (value > atMost + 1e-9 || value < atLeast - 1e-9) return 'missed';
  return isSmall ? 'too small' : 'met';
}

/** Targets that are missed, or were judged by too few persons. */
export function failuresOf(rows: readonly Row[]): string[] {
  return rows
    .filter(({ config, verdict }) => config === 0 && (verdict === 'missed' || verdict === 'too small'))
    .map(({ measure, deviceClass, figure, verdict, estimate }) => {
      const why =
        verdict === 'missed' ? `is ${estimate.value.toFixed(3)}` : 'was judged by too few persons or days';
      return `${measure}, ${deviceClass}: ${figure} ${why}`;
    });
}
