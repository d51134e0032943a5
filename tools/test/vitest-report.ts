import { readFileSync } from 'node:fs';

export type Counts = { readonly passed: number; readonly failed: number };

type Report = {
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
};

/** Counts the tests in a report of vitest's JSON reporter; a file that could not run at all counts as one failure. */
export function countTests(file: string): Counts {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return { passed: 0, failed: 0 };
  }
  return countReport(JSON.parse(text) as Report);
}

/** As `countTests`, of a report that was read already. */
export function countReport({ testResults }: Report): Counts {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const broken = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: tests.filter(({ status }) => status === 'passed').length,
    failed: tests.filter(({ status }) => status === 'failed').length + broken.length,
  };
}
