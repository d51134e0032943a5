/** Calendars that a phone may count its years in, by the years that they are in now. Health data begins in 2010. */
type Calendar = {
  readonly from: number;
  readonly to: number;
  /** Days and months are those of the common calendar; add this to the year. */
  readonly add?: number;
  /** Days and months are others: the name for `Intl`, and the common year in which such a year begins. */
  readonly intl?: { readonly name: string; readonly begins: (year: number) => number };
};

const calendars: readonly Calendar[] = [
  // Japanese: years of Reiwa, and those of Heisei that Reiwa has not reached.
  { from: 1, to: 21, add: 2018 },
  { from: 22, to: 31, add: 1988 },
  // Minguo.
  { from: 99, to: 199, add: 1911 },
  { from: 1389, to: 1430, intl: { name: 'persian', begins: (year) => year + 621 } },
  {
    from: 1431,
    to: 1500,
    intl: { name: 'islamic-umalqura', begins: (year) => Math.floor(year * 0.970_224 + 621.57) },
  },
  { from: 1726, to: 1767, intl: { name: 'coptic', begins: (year) => year + 283 } },
  // India's own. Nobody measured for Apple Health in the common years of these numbers.
  { from: 1931, to: 1972, intl: { name: 'indian', begins: (year) => year + 78 } },
  // Buddhist.
  { from: 2553, to: 2650, add: -543 },
  // Ethiopic, counted from the creation. Its other count is in the years of the common one, and cannot be told from it.
  { from: 7502, to: 7543, intl: { name: 'ethioaa', begins: (year) => year - 5_493 } },
];
/** A year outside of these is of a calendar that is not converted. */
const commonYears = { from: 1900, to: 2200 };

const dayMs = 86_400_000;
/** By calendar and year: the common day of each `month/day`. There are about a hundred such years. */
const years = new Map<string, ReadonlyMap<string, string>>();

/** `2026-07-06` for a year, month and day of the phone's calendar; undefined for a day that it does not have, or another calendar. */
export function commonDay(year: number, month: number, day: number): string | undefined {
  const calendar = calendars.find(({ from, to }) => year >= from && year <= to);
  if (calendar?.intl === undefined) {
    const common = year + (calendar?.add ?? 0);
    return common < commonYears.from || common > commonYears.to ? undefined : spelled(common, month, day);
  }
  const key = `${calendar.intl.name}/${year}`;
  const known = years.get(key) ?? daysOfYear(calendar.intl, year);
  years.set(key, known);
  return known.get(`${month}/${day}`);
}

/** `Intl` converts from the common calendar only, so a year is converted as a whole. */
function daysOfYear({ name, begins }: NonNullable<Calendar['intl']>, year: number): Map<string, string> {
  const format = new Intl.DateTimeFormat(`en-u-ca-${name}-nu-latn`, {
    ...{ year: 'numeric', month: 'numeric', day: 'numeric', timeZone: 'UTC' },
  });
  const from = Date.UTC(begins(year), 0, 1) - 30 * dayMs;
  const found = new Map<string, string>();
  for (let ms = from; ms < from + 800 * dayMs; ms += dayMs) {
    const parts = new Map(format.formatToParts(ms).map(({ type, value }) => [type, value]));
    if (parseInt(parts.get('year') ?? '', 10) !== year) continue;
    found.set(
      `${parts.get('month') ?? ''}/${parts.get('day') ?? ''}`,
      new Date(ms).toISOString().slice(0, 10),
    );
  }
  return found;
}

/** Whether the day exists is found out with the time. */
function spelled(year: number, month: number, day: number): string {
  return [String(year).padStart(4, '0'), String(month).padStart(2, '0'), String(day).padStart(2, '0')].join(
    '-',
  );
}
