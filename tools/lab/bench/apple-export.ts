/** The series that a phone sends after half a year: the watch's pulse in windows, and the counts of phone and watch. */
const series = [
  { name: 'heart_rate', units: 'count/min', every: 60, window: true },
  { name: 'step_count', units: 'count', every: 120 },
  { name: 'active_energy', units: 'kJ', every: 60 },
  { name: 'walking_running_distance', units: 'km', every: 120 },
  { name: 'heart_rate_variability', units: 'ms', every: 1_800 },
  { name: 'respiratory_rate', units: 'count/min', every: 900 },
  { name: 'blood_oxygen_saturation', units: '%', every: 900 },
] as const;

const source = 'Ada’s Apple\u00a0Watch|Ada’s iPhone';

export type ExportBody = { readonly body: Buffer; readonly points: number };

/** A body of Health Auto Export of about so many bytes, the same for the same arguments. `untilMs`: its newest point. */
export function healthExport(bytes: number, untilMs: number): ExportBody {
  const perSecond = series.reduce((sum, one) => sum + bytesOfPoint(one) / one.every, 0);
  const seconds = bytes / perSecond;
  let points = 0;
  const metrics = series.map((one) => {
    const count = Math.floor(seconds / one.every);
    points += count;
    const data = Array.from({ length: count }, (_, nr) =>
      pointOf(one, nr, untilMs - (count - nr) * one.every * 1_000),
    );
    return `{"name":"${one.name}","units":"${one.units}","data":[${data.join(',')}]}`;
  });
  return { body: Buffer.from(`{"data":{"metrics":[${metrics.join(',')}]}}`), points };
}

type Series = (typeof series)[number];

function pointOf(one: Series, nr: number, atMs: number): string {
  const time = new Date(atMs).toISOString();
  const date = `"date":"${time.slice(0, 10)} ${time.slice(11, 19)} +0000","source":"${source}"`;
  if ('window' in one)
    return `{"Min":${55 + (nr % 20)},"Avg":${80.25 + (nr % 9)},"Max":${92 + (nr % 30)},${date}}`;
  return `{"qty":${quantities[one.name](nr)},${date}}`;
}

const quantities: Readonly<Record<Exclude<Series['name'], 'heart_rate'>, (nr: number) => number>> = {
  step_count: (nr) => (nr * 7) % 130,
  active_energy: (nr) => 1 + (nr % 50) / 4,
  walking_running_distance: (nr) => (nr % 100) / 1_000,
  heart_rate_variability: (nr) => 20 + (nr % 80) + 0.5,
  respiratory_rate: (nr) => 12 + (nr % 8),
  blood_oxygen_saturation: (nr) => 93 + (nr % 7),
};

const bytesOfPoint = (one: Series): number => Buffer.byteLength(pointOf(one, 17, 0)) + 1;
