import { describe, expect, it } from 'vitest';
import { countReport, countTests } from './vitest-report.ts';

const test = (status: string) => ({ status });

describe('countReport', () => {
  it('counts tests, not files, and leaves out what was skipped', () => {
    const report = {
      testResults: [
        { status: 'passed', assertionResults: [test('passed'), test('passed'), test('pending')] },
        { status: 'failed', assertionResults: [test('passed'), test('failed')] },
      ],
    };
    expect(countReport(report)).toEqual({ passed: 3, failed: 1 });
  });

  it('counts a file that could not be loaded as a failure', () => {
    expect(countReport({ testResults: [{ status: 'failed', assertionResults: [] }] })).toEqual({
      passed: 0,
      failed: 1,
    });
  });
});

describe('countTests', () => {
  it('counts nothing when there is no report', () => {
    expect(countTests('/nowhere/report.json')).toEqual({ passed: 0, failed: 0 });
  });
});
