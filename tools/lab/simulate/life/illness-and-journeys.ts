import { chanceOf } from './chance.ts';
import { dayNumber } from './day-number.ts';
import type { Person } from './person.ts';

/** Illnesses and journeys begin and end within one such block, so that a block can be drawn without the one before. */
const blockDays = 28;
const daysPerYear = 365;

type Spell = { readonly first: number; readonly days: number };

/** How ill somebody is on a day, 0 to 1. Sets in on the first day and wears off over the second half. */
export function illnessOn({ seed, profile, illnesses }: Person, number: number): number {
  const block = Math.floor(number / blockDays);
  const chance = chanceOf(seed, 'illness', block);
  const given = illnesses.map(({ from, days, severity }) => ({ first: dayNumber(from), days, severity }));
  const drawn = {
    happens: chance.happens((profile.illnessesPerYear * blockDays) / daysPerYear),
    first: block * blockDays + chance.below(20),
    days: 4 + chance.below(4),
    severity: chance.between(0.6, 1),
  };
  const all = drawn.happens ? [...given, drawn] : given;
  return Math.max(0, ...all.map((illness) => illness.severity * courseOf(illness, number)));
}

function courseOf({ first, days }: Spell, number: number): number {
  const nth = number - first;
  if (nth < 0 || nth >= days) return 0;
  if (nth === 0) return 0.7;
  return Math.min(1, ((days - nth) / days) * 2);
}

export type Whereabouts = {
  readonly offsetMinutes: number;
  /** `leaving`: on the way from noon. `arriving`: there from noon on, after a night without bed. */
  readonly flight: 'leaving' | 'arriving' | undefined;
  /** 1 on the first night in another zone, falling to 0 within four. */
  readonly jetLag: number;
};

export function whereaboutsOn({ seed, profile, traits, journeys }: Person, number: number): Whereabouts {
  const block = Math.floor(number / blockDays);
  const chance = chanceOf(seed, 'journey', block);
  const drawn = {
    happens: chance.happens((profile.journeysPerYear * blockDays) / daysPerYear),
    first: block * blockDays + 1 + chance.below(12),
    days: 3 + chance.below(7),
    offsetMinutes: traits.homeOffset + 60 * (chance.below(19) - 9),
  };
  const given = journeys.map(({ from, ...journey }) => ({ ...journey, first: dayNumber(from) }));
  for (const { first, days, offsetMinutes } of drawn.happens ? [...given, drawn] : given) {
    const nth = number - first;
    const away = nth > 0 && nth <= days;
    if (nth < 0 || nth > days + 4) continue;
    return {
      offsetMinutes: away ? withinWorld(offsetMinutes) : traits.homeOffset,
      flight: nth === 0 || nth === days ? 'leaving' : nth === 1 || nth === days + 1 ? 'arriving' : undefined,
      jetLag: Math.max(0, 1 - (away ? nth - 1 : nth - days - 1) / 4) * (nth === 0 ? 0 : 1),
    };
  }
  return { offsetMinutes: traits.homeOffset, flight: undefined, jetLag: 0 };
}

/** Offsets run from -12:00 to +14:00. */
function withinWorld(offsetMinutes: number): number {
  return Math.min(14 * 60, Math.max(-12 * 60, offsetMinutes));
}
