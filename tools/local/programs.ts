import { allSettled } from './all-settled.ts';
import type { StackPaths } from '@bridge/cli/stack-paths';
import type { Progress } from './progress.ts';
import { supervise, type Program, type SupervisedProgram } from './supervise.ts';

/** The processes of one stack. */
export type Programs = {
  readonly byName: ReadonlyMap<string, SupervisedProgram>;
  /** Starts these programs in parallel and waits until all are ready. */
  readonly startAll: (programs: readonly ProgramSource[]) => Promise<void>;
  /** Stops these programs in parallel. Programs that never started are skipped. */
  readonly stopAll: (names: readonly string[]) => Promise<void>;
};

/** Prepares a program. The time of the preparation counts as part of its start. */
type ProgramSource = {
  readonly name: string;
  readonly prepare: () => Program | Promise<Program>;
};

/** Creates the set of programs of one stack. */
export function createPrograms(paths: StackPaths, progress: Progress, signal: AbortSignal): Programs {
  const byName = new Map<string, SupervisedProgram>();

  async function startOne({ name, prepare }: ProgramSource, broken: AbortSignal): Promise<void> {
    broken.throwIfAborted();
    const program = supervise(await prepare(), { ...paths, report: progress.note });
    byName.set(name, program);
    await program.start(broken);
  }

  /** The first failure cancels the other starts. */
  async function startAll(programs: readonly ProgramSource[]): Promise<void> {
    const failure = new AbortController();
    const broken = AbortSignal.any([signal, failure.signal]);
    const starts = programs.map((program) => progress.step(program.name, () => startOne(program, broken)));
    await Promise.allSettled(
      starts.map((start) =>
        start.catch((error: unknown) => {
          failure.abort(error);
        }),
      ),
    );
    broken.throwIfAborted();
  }

  return {
    byName,
    startAll,
    stopAll: (names) => allSettled(names.map(async (name) => byName.get(name)?.stop())),
  };
}
