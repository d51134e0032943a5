import { runCommand } from '../local/run-command.ts';
import { countTests, type Counts } from './vitest-report.ts';

/** One thing that has to hold; `run` throws when it does not, and may return counts of its own. */
export type Step = {
  readonly name: string;
  readonly run: () => Promise<Counts | undefined>;
};

export type Results = {
  /** Runs steps one after the other; a failure is shown and the next one runs all the same. */
  readonly inTurn: (steps: readonly Step[]) => Promise<void>;
  readonly total: () => Counts;
};

/** Runs steps and adds up what passed and failed. A step without tests of its own counts as one. */
export function createResults(print: (line: string) => void): Results {
  let passed = 0;
  let failed = 0;

  async function runStep({ name, run }: Step): Promise<void> {
    const start = performance.now();
    const show = (text: string) => {
      const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(6);
      print(`  ${name.padEnd(24)}${seconds} s  ${text}`);
    };
    try {
      const counts = await run();
      passed += counts?.passed ?? 1;
      show(counts ? `${counts.passed} tests` : 'ok');
    } catch (error) {
      const counts = error instanceof FailedTests ? error.counts : { passed: 0, failed: 1 };
      passed += counts.passed;
      failed += counts.failed;
      show(`FAILED\n${error instanceof Error ? error.message : String(error)}\n`);
    }
  }

  return {
    inTurn: async (steps) => {
      for (const step of steps) await runStep(step);
    },
    total: () => ({ passed, failed }),
  };
}

class FailedTests extends Error {
  readonly counts: Counts;

  constructor(counts: Counts, output: string) {
    super(output);
    this.counts = counts;
  }
}

type CommandOptions = { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly signal: AbortSignal };

/** A step that is a command; its output is shown when it fails. */
export function commandStep(name: string, command: readonly string[], options: CommandOptions): Step {
  return {
    name,
    run: async () => {
      const [program = '', ...args] = command;
      await runCommand(program, args, { ...options, outputLines: 400 });
      return undefined;
    },
  };
}

/** A step that is one project of vitest, or some `files` of it, with a report that is counted. */
export function vitestStep(
  project: string,
  report: string,
  { files = [], ...options }: CommandOptions & { readonly files?: readonly string[] },
): Step {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile=${report}`];
  const args = ['vitest', 'run', '--project', project, '--passWithNoTests', '--no-color', ...reporters];
  return {
    name: `${project} tests`,
    run: async () => {
      const [program = '', ...rest] = [...args, ...files];
      try {
        await runCommand(program, rest, { ...options, outputLines: 400 });
      } catch (error) {
        throw new FailedTests(atLeastOne(countTests(report)), error instanceof Error ? error.message : '');
      }
      return countTests(report);
    },
  };
}

/** A run that fails without a failing test (an import that throws, say) still is a failure. */
function atLeastOne({ passed, failed }: Counts): Counts {
  return { passed, failed: Math.max(1, failed) };
}
