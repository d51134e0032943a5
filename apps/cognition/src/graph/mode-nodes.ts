import type { Mode } from '@bridge/contracts';
import type { BatchUpdate, Insight, Switch } from './state.ts';

/** What a person can do about a switch to this mode. Decision support for wellbeing, not diagnosis. */
const advice: Readonly<Record<Mode, { readonly text: string; readonly action: string }>> = {
  reflex: {
    text: 'Acute strain: heart rate variability and readiness are both low.',
    action: 'Pause and rest now.',
  },
  guardian: { text: 'Signs of strain add up.', action: 'Take it easy today and sleep early.' },
  hypothesis: { text: 'The readings do not fit together.', action: 'Measure again at rest.' },
  pattern: { text: 'Nothing acute; patterns are being watched.', action: 'Carry on.' },
};

/** Adds words to switches; the decision stands without them, so a failure here loses no alert. */
export function createModeNode(mode: Mode) {
  return function addInsights({ switches }: { readonly switches: ReadonlySet<Switch> }): BatchUpdate {
    return { insights: Array.from(switches, ({ index }): Insight => ({ index, mode, ...advice[mode] })) };
  };
}
