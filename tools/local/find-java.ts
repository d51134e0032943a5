import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findProgram } from './find-program.ts';

/** Finds the Java of `JAVA_HOME` or PATH. */
export function findJava(env: NodeJS.ProcessEnv = process.env): string | undefined {
  return env.JAVA_HOME ? join(env.JAVA_HOME, 'bin', 'java') : findProgram('java', env.PATH);
}

/** Returns the major version of a Java program, or undefined if it cannot be run. */
export function javaVersion(java: string): number | undefined {
  const { stderr, stdout } = spawnSync(java, ['-version'], { encoding: 'utf8' });
  return parseJavaVersion(`${stderr}${stdout}`);
}

/** Parses `openjdk version "17.0.15" …`. Up to Java 8 the major version was the second number, as in `1.8.0`. */
export function parseJavaVersion(text: string): number | undefined {
  const match = /version "(\d+)(?:\.(\d+))?/.exec(text);
  if (!match) return undefined;
  const [first, second] = [Number(match[1]), Number(match[2] ?? 0)];
  return first === 1 ? second : first;
}
