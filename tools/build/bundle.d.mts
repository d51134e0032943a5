export function bundle(options: {
  /** Folder of the package. */
  readonly project: string;
  /** Relative to the project. Default `src/main.ts`. */
  readonly entry?: string;
  /** Emptied first. Default `<project>/dist`. */
  readonly outDir?: string;
}): Promise<string>;
