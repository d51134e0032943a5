import { describe, expect, it } from 'vitest';
import { planDay } from './day-plan.ts';
import { createNights, isLuteal, type Night } from './nights.ts';
import { createPerson, type PersonOptions } from './person.ts';

const days = 365;
const seeds = Array.from({ length: 150 }, (_, nr) => nr + 1);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: readonly number[]) => {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
};
const correlation = (one: readonly number[], other: readonly number[]) => {
  const [a, b] = [mean(one), mean(other)];
  const products = one.map((value, nr) => (value - a) * ((other[nr] ?? b) - b));
  return mean(products) / (deviation(one) * deviation(other));
};

function lifeOf(seed: number, options: PersonOptions = {}) {
  const person = createPerson(seed, 'ring', options);
  const nextNight = createNights(person);
  const nights = Array.from({ length: days }, (_, day) => {
    const plan = planDay(person, day);
    return { plan, night: nextNight(plan) };
  });
  return { traits: person.traits, nights };
}
const lives = seeds.map((seed) => lifeOf(seed));

describe('a sober night outside of cycles', () => {
  const plain = lives.filter(({ traits }) => traits.cycle === undefined);
  const values = (life: (typeof lives)[number], of: (night: Night) => number) =>
    life.nights.filter(({ plan }) => !plan.hasAlcohol).map(({ night }) => of(night));
  const spread = (of: (night: Night) => number) => plain.map((life) => deviation(values(life, of)));

  it('varies in RMSSD as the person does, between 0.12 and 0.25 in ln', () => {
    const spreads = spread(({ rmssd }) => Math.log(rmssd));
    const ratios = spreads.map((sd, nr) => sd / (plain[nr]?.traits.rmssdSd ?? 0));
    expect(mean(ratios)).toBeGreaterThan(0.96);
    expect(mean(ratios)).toBeLessThan(1.04);
    for (const { traits } of plain) {
      expect(traits.rmssdSd).toBeGreaterThanOrEqual(0.12);
      expect(traits.rmssdSd).toBeLessThanOrEqual(0.25);
    }
  });

  it('remembers the night before with a correlation of 0.3', () => {
    const lags = plain.map(({ nights }) => {
      const pairs = nights.slice(1).flatMap(({ plan, night }, nr) => {
        const before = nights[nr];
        return plan.hasAlcohol || before === undefined || before.plan.hasAlcohol
          ? []
          : [[Math.log(before.night.rmssd), Math.log(night.rmssd)] as const];
      });
      return correlation(
        pairs.map(([one]) => one),
        pairs.map(([, other]) => other),
      );
    });
    expect(mean(lags)).toBeGreaterThan(0.27);
    expect(mean(lags)).toBeLessThan(0.33);
  });

  it('has a pulse that runs against RMSSD with −0.4, and varies by 1.5 to 3', () => {
    const against = plain.map((life) =>
      correlation(
        values(life, ({ rmssd }) => Math.log(rmssd)),
        values(life, ({ pulse }) => pulse),
      ),
    );
    expect(mean(against)).toBeGreaterThan(-0.44);
    expect(mean(against)).toBeLessThan(-0.36);
    const spreads = spread(({ pulse }) => pulse);
    expect(Math.min(...spreads)).toBeGreaterThan(1.2);
    expect(Math.max(...spreads)).toBeLessThan(3.4);
    expect(mean(spreads)).toBeCloseTo(2.25, 0);
  });

  it('varies in respiration, temperature and SpO2 as measured in people', () => {
    const breaths = spread(({ respiration: breath }) => breath);
    const respiration = plain.map(({ traits }, nr) => ({
      age: traits.age,
      cv: (breaths[nr] ?? 0) / traits.respiration,
    }));
    const young = respiration.filter(({ age }) => age <= 65).map(({ cv }) => cv);
    expect(Math.max(...young)).toBeLessThan(0.1);
    expect(Math.min(...young)).toBeGreaterThan(0.02);
    expect(Math.max(...respiration.map(({ cv }) => cv))).toBeGreaterThan(0.1);
    const temperature = spread((night) => night.temperature);
    expect(Math.min(...temperature)).toBeGreaterThan(0.13);
    expect(Math.max(...temperature)).toBeLessThan(0.33);
    expect(mean(spread(({ spo2 }) => spo2))).toBeCloseTo(0.7, 1);
    const means = plain.map((life) => mean(values(life, ({ spo2 }) => spo2)));
    expect(Math.min(...means)).toBeGreaterThan(94.7);
    expect(Math.max(...means)).toBeLessThan(97.3);
  });
});

describe('the population', () => {
  const all = lives.flatMap(({ nights }) => nights);

  it('has a median RMSSD between 20 and 120 ms that falls with age', () => {
    const of = (from: number, until: number) =>
      mean(
        lives.filter(({ traits: { age } }) => age >= from && age < until).map(({ traits }) => traits.rmssd),
      );
    expect(of(18, 35)).toBeGreaterThan(of(60, 81) * 1.5);
    for (const { traits } of lives) expect(traits.rmssd).toBeGreaterThanOrEqual(20);
    for (const { traits } of lives) expect(traits.rmssd).toBeLessThanOrEqual(120);
  });

  it('has a recovery of 60 ± 18 and a readiness of 76 ± 9', () => {
    const recovery = all.map(({ night }) => night.recovery);
    const readiness = all.map(({ night }) => night.readiness);
    expect(Math.abs(mean(recovery) - 60)).toBeLessThan(1.5);
    expect(Math.abs(deviation(recovery) - 18)).toBeLessThan(1.5);
    expect(Math.abs(mean(readiness) - 76)).toBeLessThan(1);
    expect(Math.abs(deviation(readiness) - 9)).toBeLessThan(0.7);
  });

  it('drinks twice a month, which lowers RMSSD by 15 to 35 % and raises the pulse by 4 to 10', () => {
    const drunk = all.filter(({ plan }) => plan.hasAlcohol).length;
    expect((drunk / all.length) * (365.25 / 12)).toBeCloseTo(2, 0);
    const changes = lives.map(({ traits, nights }) => {
      const own = nights.filter(({ plan }) => plan.hasAlcohol).map(({ night }) => night);
      return {
        rmssd: mean(own.map(({ rmssd }) => Math.log(rmssd / traits.rmssd))),
        pulse: mean(own.map(({ pulse }) => pulse)) - traits.pulse,
      };
    });
    expect(mean(changes.map(({ rmssd }) => rmssd))).toBeLessThan(-0.25);
    expect(mean(changes.map(({ rmssd }) => rmssd))).toBeGreaterThan(-0.38);
    expect(mean(changes.map(({ pulse }) => pulse))).toBeGreaterThan(6.5);
    expect(mean(changes.map(({ pulse }) => pulse))).toBeLessThan(8.5);
  });

  it('has cycles whose luteal phase raises temperature by 0.3 K and the pulse by 2 to 4', () => {
    const cycles = lives.flatMap(({ traits, nights }) =>
      traits.cycle ? [{ cycle: traits.cycle, nights }] : [],
    );
    expect(cycles.length).toBeGreaterThan(15);
    const difference = (of: (night: Night) => number) =>
      mean(
        cycles.map(({ cycle, nights }) => {
          const phase = (isIn: boolean) =>
            mean(
              nights.filter(({ plan }) => isLuteal(cycle, plan.day) === isIn).map(({ night }) => of(night)),
            );
          return phase(true) - phase(false);
        }),
      );
    expect(difference(({ temperature }) => temperature)).toBeCloseTo(0.3, 1);
    expect(difference(({ pulse }) => pulse)).toBeGreaterThan(2);
    expect(difference(({ pulse }) => pulse)).toBeLessThan(4);
    expect(difference(({ rmssd }) => Math.log(rmssd))).toBeLessThan(-0.05);
    expect(difference(({ rmssd }) => Math.log(rmssd))).toBeGreaterThan(-0.13);
  });
});

describe('an episode', () => {
  it('changes its nights as the policy says, and no others', () => {
    const [well, ill] = [lifeOf(7), lifeOf(7, { episode: { kind: 'illness', day: 100, days: 5 } })];
    const nightsOf = ({ nights }: typeof well, from: number, until: number) =>
      nights.slice(from, until).map(({ night }) => night);
    expect(nightsOf(ill, 0, 100)).toEqual(nightsOf(well, 0, 100));
    expect(nightsOf(ill, 105, days)).toEqual(nightsOf(well, 105, days));
    nightsOf(well, 100, 105).forEach((night, nr) => {
      const other = ill.nights[100 + nr]?.night;
      expect((other?.pulse ?? 0) - night.pulse).toBeCloseTo(6);
      expect((other?.temperature ?? 0) - night.temperature).toBeCloseTo(1);
      expect((other?.respiration ?? 0) - night.respiration).toBeCloseTo(2.5);
      expect((other?.rmssd ?? 0) / night.rmssd).toBeCloseTo(0.8);
    });
  });

  it('of overreaching takes 30 % of RMSSD and adds 6 to the pulse at its end', () => {
    const [well, tired] = [lifeOf(8), lifeOf(8, { episode: { kind: 'overreaching', day: 50, days: 28 } })];
    const last = (life: typeof well) => life.nights[77]?.night;
    expect((last(tired)?.rmssd ?? 0) / (last(well)?.rmssd ?? 1)).toBeCloseTo(0.7);
    expect((last(tired)?.pulse ?? 0) - (last(well)?.pulse ?? 0)).toBeCloseTo(6);
  });

  it('as of atrial fibrillation at least doubles RMSSD', () => {
    for (const seed of seeds.slice(0, 30)) {
      const { traits, nights } = lifeOf(seed, { episode: { kind: 'irregular_nights', day: 60, days: 1 } });
      const night = nights[60]?.night;
      expect((night?.rmssd ?? 0) / traits.rmssd).toBeGreaterThan(2);
    }
  });
});
