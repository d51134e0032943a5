import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * What makes a process this very process and no other. A pid alone is reused; so is a start time after a reboot,
 * which is why `startedAt` names the boot as well.
 */
export type ProcessIdentity = {
  readonly pid: number;
  readonly startedAt: string;
  readonly command: string;
};

const linux = existsSync('/proc/self/stat');

/** Describes a running process, or returns undefined when there is none under this pid (a zombie counts as none). */
export function identify(pid: number): ProcessIdentity | undefined {
  try {
    return linux ? fromProc(pid) : fromPs(pid);
  } catch {
    return undefined;
  }
}

/** True while exactly this process runs: same pid, same start time, same command line. */
export function isRunning(identity: ProcessIdentity): boolean {
  const found = identify(identity.pid);
  return found?.startedAt === identity.startedAt && found.command === identity.command;
}

/** Ends a process gently, then by force. Checks who it is before every signal, so a reused pid is never hit. */
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
  // The name in parentheses may itself hold spaces and parentheses; the fields after it do not.
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
