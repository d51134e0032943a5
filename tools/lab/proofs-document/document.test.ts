import { expect, it } from 'vitest';
import { evaluateFigure, type BenchReport } from '../bench/evaluate-figure.ts';
import type { ProofReport } from '../proof/proof.ts';
import { proofsDocument, type Runs } from './document.ts';
import { lastOfEachSeed } from './read-runs.ts';

const proof = (change: Partial<ProofReport> = {}): ProofReport => ({
  name: 'delivery',
  seed: 1,
  short: false,
  commit: 'a1b2c3d4e5f6',
  cores: 2,
  seconds: 95,
  started: '2026-11-20T10:00:00.000Z',
  figures: { events: 50_000, replay: '{}' },
  failures: [],
  ...change,
});
const bench: BenchReport = {
  commit: 'a1b2c3d4e5f6',
  cores: 2,
  measured: '2026-11-20T11:00:00.000Z',
  results: [
    evaluateFigure({ name: 'fast', unit: 'events/s', runs: [20_000, 21_000], target: { atLeast: 16_000 } }),
    evaluateFigure({
      name: 'slow',
      unit: 'events/s',
      runs: [7_000],
      floorRuns: [20_000],
      target: { ratio: 0.5 },
    }),
  ],
};
const runs = (change: Partial<Runs> = {}): Runs => ({
  proofs: [proof()],
  bench,
  causes: {},
  commitsSince: () => 0,
  ...change,
});

it('shows each run with seed, commit, cores and figures', () => {
  const { text } = proofsDocument(runs());
  expect(text).toContain('## Proof: delivery, seed 1');
  expect(text).toContain('Proved in 95 s, 2026-11-20, 2 cores, commit `a1b2c3d4`.');
  expect(text).toContain('| events | 50,000 |');
  expect(text).toContain('| fast | 20,000 events/s |  |  | ≥ 16,000 | 20,000 · 21,000 | met |');
});

it('keeps a missed figure as missed, with its cause', () => {
  const { text, unexplained } = proofsDocument(runs({ causes: { slow: 'the disk is slow' } }));
  expect(text).toContain('| slow | 7,000 events/s | 20,000 | 0.35 | ≥ 50 % of floor | 7,000 | **missed** |');
  expect(text).toContain('- slow: the disk is slow');
  expect(unexplained).toEqual([]);
});

it('says which causes are missing, and which nothing needs', () => {
  const failed = proof({ failures: ['3 events lost'] });
  const told = proofsDocument(runs({ proofs: [failed], causes: { fast: 'once' } }));
  expect(told.text).toContain('- slow: not known yet');
  expect(told.text).toContain('**Failed** in 95 s');
  expect(told.text).toContain('- 3 events lost');
  expect(told).toMatchObject({ unexplained: ['slow', 'delivery'], needless: ['fast'] });
});

it.each([
  [0, 'commit `a1b2c3d4`.'],
  [1, 'an older run, 1 commit behind.'],
  [12, 'an older run, 12 commits behind.'],
  [undefined, 'not in this history: an old run.'],
])('with %s commits since says so', (age, words) => {
  expect(proofsDocument(runs({ commitsSince: () => age })).text).toContain(words);
});

it('does without a bench, and names what was left out of one', () => {
  expect(proofsDocument(runs({ bench: undefined })).text).toContain('There is no run of `npm run bench`.');
  expect(proofsDocument(runs({ bench: { ...bench, only: 'ingest' } })).text).toContain(
    'Only the groups ingest.',
  );
});

it('takes the last full run of each seed', () => {
  const kept = lastOfEachSeed([
    proof({ seconds: 3, started: '2026-11-20T12:00:00.000Z' }),
    proof({ seconds: 1 }),
    proof({ seconds: 2, seed: 2 }),
    proof({ seconds: 4, started: '2026-11-20T13:00:00.000Z', short: true }),
    proof({ seconds: 5, started: '2026-11-20T14:00:00.000Z', shortened: true }),
  ]);
  expect(kept.map(({ seconds }) => seconds).sort()).toEqual([2, 3]);
});
