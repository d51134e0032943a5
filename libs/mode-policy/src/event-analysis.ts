import type { BiometricEvent } from '@bridge/contracts';
import type { Signals, UnusedReason } from './signals.ts';

/** What the readings of one event amount to, before anything is decided on it. */
export type EventAnalysis = {
  readonly source: string;
  /** How many of its readings rules can see; counts of steps are apart. */
  readonly signals: number;
  readonly steps: number;
  readonly flags: BiometricEvent['provenance']['flags'];
  readonly unused: Signals['unused'];
};

export function analysisOf(event: BiometricEvent, { all, steps, unused }: Signals): EventAnalysis {
  const { source, provenance } = event;
  return { source, signals: all.length, steps: steps.length, flags: provenance.flags, unused };
}

/** Some lines for a terminal. */
export function describeAnalysis({ source, signals, steps, flags, unused }: EventAnalysis): string {
  const counts = [
    `${signals} ${signals === 1 ? 'signal' : 'signals'}`,
    ...(steps === 0 ? [] : [`${steps} ${steps === 1 ? 'count' : 'counts'} of steps`]),
    ...(flags.length === 0 ? [] : [`flags: ${flags.join(', ')}`]),
  ];
  return [
    `analysis    ${source}: ${counts.join('; ')}`,
    ...unused.map(({ metric, reason, count }) => {
      return `no signal   ${metric}${count === 1 ? '' : `, ${count} readings`}: ${unusedWords[reason]}`;
    }),
  ].join('\n');
}

const unusedWords: Record<UnusedReason, string> = {
  no_rule: 'no rule reads this metric',
  no_time: 'its time cannot be read',
  too_old: 'rules and daily values do not look back so far',
  statistic: 'rules read samples, averages and medians of it',
  long_mean: 'a mean over so long a time is no live reading',
  steps_of_activity: 'steps of an activity are among those of its day',
};
