/** Prints the steps of a start as they end, with their duration. */
export type Progress = {
  readonly step: <T>(name: string, work: () => Promise<T>, describe?: (result: T) => string) => Promise<T>;
  readonly note: (line: string) => void;
};

/** Calls `print` with one line at a time. A step that fails prints its name too. */
export function createProgress(
  print: (line: string) => void,
  now: () => number = () => performance.now(),
): Progress {
  async function step<T>(
    name: string,
    work: () => Promise<T>,
    describe: (result: T) => string = () => '',
  ): Promise<T> {
    const start = now();
    const line = (text: string) => print(`  ${name.padEnd(16)}${seconds(now() - start)}  ${text}`.trimEnd());
    try {
      const result = await work();
      line(describe(result));
      return result;
    } catch (error) {
      line('failed');
      throw error;
    }
  }
  return { step, note: (line) => print(`  ${line}`) };
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1).padStart(6)} s`;
}
