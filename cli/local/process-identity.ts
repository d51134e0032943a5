import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Identifies one process. Pids are reused, and start times repeat after a reboot, so `startedAt` also names the boot.
 */
export type ProcessIdentity = {
  readonly pid: number;
  readonly startedAt: string;
  readonly command: string;
};

const linux = existsSync('/proc/self/stat');

/** Identifies the running process with this pid. A zombie counts as none. */
export function identify(pid: number): ProcessIdentity | undefined {
  try {
    return linux ? fromProc(pid) : fromPs(pid);
  } catch {
    return undefined;
  }
}

/** Returns whether exactly this process runs: same pid, same start time, same command line. */
export function isRunning(identity: ProcessIdentity): boolean {
  const found = identify(identity.pid);
  return found?.startedAt === identity.startedAt && found.command === identity.command;
}

/** Ends a process gently, then by force. It checks the identity before every signal and never signals a reused pid. */
export async function endProcess(
  identity: ProcessIdentity,
  signal: NodeJS.Signals,
  withinMs: number,
): Promise<void> {
  sendTo(identity, signal);
  const deadline = Date.now() + withinMs;
  while (isRunning(identity) && Date.now() < deadline) await sleep(50);
  sendTo(identity, 'SIGKILL');
  while (isRunning(identity)) await sleep(20);
}

function sendTo(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (isRunning(identity)) process.kill(identity.pid, signal);
}

function fromProc(pid: number): ProcessIdentity | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in parentheses may contain spaces and parentheses. The fields after it do not.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z') return undefined;
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  return { pid, startedAt: `${boot}/${fields[19] ?? ''}`, command };
}

function fromPs(pid: number): ProcessIdentity | undefined {
  const read = (field: string) =>
    execFileSync('ps', ['-o', `${field}=`, '-p', String(pid)], { encoding: 'utf8' });
  const state = read('state').trim();
  if (state === '' || state.startsWith('Z')) return undefined;
  return { pid, startedAt: read('lstart').trim(), command: read('command').trim() };
}
