import { expect, test } from 'vitest';
import { checkout } from '@bridge/cli/stack-paths';
import { findClockTests } from './find-clock-tests.ts';
import { listSourceFiles } from './source-files.ts';

const found = findClockTests(checkout, listSourceFiles(checkout));

test('finds tests that reach a clock, directly or through libs', () => {
  expect(found).toContain('libs/testing/src/build-event.test.ts');
  expect(found).toContain('apps/alerts/src/signals/domain/interpret-signal.test.ts');
});

test('leaves out pure tests and tests with servers', () => {
  expect(found).not.toContain('libs/contracts/src/timestamp.test.ts');
  expect(found.filter((file) => /\.(int|e2e)\.test\.ts$/.test(file))).toEqual([]);
});
