import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts processor time in ticks, a hundred a second on every usual system. */
const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Processor seconds, user and system, of a process and all its descendants, including those that have ended. */
export function cpuSecondsOf(pid: number): number {
  const parents = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const parent = statOf(Number(entry))?.[1];
    if (parent !== undefined) parents.set(parent, [...(parents.get(parent) ?? []), Number(entry)]);
  }
  return treeTicks(pid, parents) / ticksPerSecond;
}

function treeTicks(pid: number, childrenOf: ReadonlyMap<number, readonly number[]>): number {
  // Fields 14 to 17 of proc_pid_stat(5): user, system, and the same of children that were waited for.
  const own = statOf(pid)?.slice(11, 15) ?? [];
  const children = (childrenOf.get(pid) ?? []).map((child) => treeTicks(child, childrenOf));
  return [...own, ...children].reduce((sum, ticks) => sum + ticks, 0);
}

/** The fields behind the name, which may hold blanks and brackets; `[1]` is the parent. Undefined when it is gone. */
function statOf(pid: number): number[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
  } catch {
    return undefined;
  }
}

/** Resident memory of a process in MB. */
export function residentMegabytes(pid: number): number {
  return statusMegabytes(pid, 'VmRSS');
}

/** The most resident memory that a process ever had, in MB; NaN for one that ended and was not yet waited for. */
export function peakMegabytes(pid: number): number {
  return statusMegabytes(pid, 'VmHWM');
}

function statusMegabytes(pid: number, field: string): number {
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(
    readFileSync(`/proc/${pid}/status`, 'utf8'),
  )?.[1];
  return Number(kilobytes) / 1024;
}
