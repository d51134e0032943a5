import { expect, it } from 'vitest';
import { chanceOf } from './chance.ts';

const draws = (seed: number, ...labels: (string | number)[]) => {
  const { bell } = chanceOf(seed, ...labels);
  return Array.from({ length: 20_000 }, bell);
};

it('gives each set of labels draws of its own, always the same', () => {
  expect(draws(1, 'pulse', 20_000)).toEqual(draws(1, 'pulse', 20_000));
  expect(draws(1, 'pulse', 20_000)).not.toEqual(draws(1, 'pulse', 20_001));
  expect(draws(1, 'pulse', 20_000)).not.toEqual(draws(2, 'pulse', 20_000));
});

it('is bell-shaped and bounded', () => {
  const values = draws(3, 'noise');
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  expect(Math.abs(mean)).toBeLessThan(0.03);
  expect(Math.abs(variance - 1)).toBeLessThan(0.04);
  expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(Math.sqrt(12));
});

it('draws of neighbouring days do not hang together', () => {
  const days = Array.from({ length: 5000 }, (_, day) => chanceOf(1, 'condition', day).bell());
  const products = days.slice(1).map((value, nr) => value * (days[nr] ?? 0));
  expect(Math.abs(products.reduce((sum, value) => sum + value, 0) / products.length)).toBeLessThan(0.05);
});
