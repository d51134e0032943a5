import { defineUnit, levels, confidenceBeyond, type Firing, type Unit, type Verdict } from '../rule.ts';
import { dateOf } from '../local-day.ts';
import { scoreBeyondCycle } from '../illness-watch.ts';
import { illnessBit, type Slot } from '../slots.ts';
import type { Thresholds } from '../thresholds.ts';
import { seenIn, type Seen, type View } from '../view.ts';

const bodySlots: readonly Slot[] = [
  'resting_night',
  'resting_day',
  'pulse_lowest',
  'pulse_night',
  'skin_temp',
  'skin_deviation',
  'respiration_night',
  'rmssd_night',
];

/** Signs of an illness that begins: the score of the newest judged day, while its night is fresh. */
export function illnessWatch({ rules }: Thresholds): Unit {
  const { above, warning_above, leave_below, contrary } = rules.illness_watch;
  /** A phase of the cycle that is not part of the usual yet explains no more than minor signs. */
  const isMajor = (score: number, { draft, policy }: View) =>
    score > warning_above && scoreBeyondCycle(draft, policy) > above;
  return defineUnit('illness_watch', {
    mode: 'guardian',
    contrary,
    inputs: illnessBit,
    judge: (view): Verdict | undefined => {
      const { draft, delta, now } = view;
      const last = draft.illness.at(-1);
      // The only day that was judged is gone.
      if (last === undefined) return { at: now, staleAt: 0, isOverruled: true };
      const [day, score] = last;
      const night = nightOf(view, day);
      // Nights that it fired on were corrected, and it would not have fired without them.
      const isOverruled = delta.retracted.length > 0 && (delta.bits & illnessBit) !== 0 && score <= above;
      if (night === undefined)
        return { at: now, staleAt: 0, over: score < leave_below ? true : undefined, isOverruled };
      const firing: Firing | undefined =
        score > above && night.isFresh
          ? {
              level: isMajor(score, view) ? levels.warning : levels.info,
              on: { ...night, day },
              inputs: [{ seen: night }],
              confidence: confidenceBeyond(score - above, above - leave_below, view),
              night: 1,
              facts: { score: Math.round(score * 10) / 10, counted: daysOf(view).join(', ') },
            }
          : undefined;
      return { firing, over: score < leave_below, at: night.at, staleAt: night.staleAt, isOverruled };
    },
  });
}

/** The days that raised the score since it was last nothing, as dates. */
function daysOf({ draft }: View): string[] {
  const last = draft.illness.findLastIndex(([, score]) => score === 0);
  return draft.illness.slice(last + 1).map(([day]) => dateOf(day));
}

/** The newest signal of the body that counts to a day. */
function nightOf(view: View, day: number): Seen | undefined {
  let newest: Seen | undefined;
  for (const slot of bodySlots) {
    const shift = slot === 'resting_day' ? 1 : 0;
    for (const seen of seenIn(view, slot)) {
      if (seen.day + shift === day && (newest === undefined || seen.at > newest.at)) newest = seen;
    }
  }
  return newest;
}
