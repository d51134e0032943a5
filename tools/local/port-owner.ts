import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const listening = '0A';

/**
 * Names the process that listens on a TCP port, as `java (pid 4711)`. It reads /proc, since not every machine has lsof or
 * ss. Returns undefined when nobody listens or the process belongs to another user.
 */
export function portOwner(port: number): string | undefined {
  const inodes = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => listeners(file, port)));
  if (inodes.size === 0) return undefined;
  const pid = entries('/proc').find((name) => /^\d+$/.test(name) && holdsSocket(name, inodes));
  return pid === undefined ? undefined : `${programName(pid)} (pid ${pid})`;
}

/** Returns the inodes of the sockets that listen on a port, from one table of /proc/net. */
function listeners(file: string, port: number): string[] {
  return parseListeners(read(file), port);
}

/** Reads the text of /proc/net/tcp or tcp6: local address in hex, state, and inode of each socket. */
export function parseListeners(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(suffix) && fields[3] === listening)
    .map((fields) => fields[9] ?? '');
}

function holdsSocket(pid: string, inodes: ReadonlySet<string>): boolean {
  return entries(`/proc/${pid}/fd`).some((fd) => {
    const match = /^socket:\[(\d+)\]$/.exec(readLink(`/proc/${pid}/fd/${fd}`));
    return match?.[1] !== undefined && inodes.has(match[1]);
  });
}

function programName(pid: string): string {
  const [program = '', ...args] = read(`/proc/${pid}/cmdline`).split('\0').filter(Boolean);
  return [program.split('/').at(-1) ?? program, ...args].join(' ').slice(0, 80).trim();
}

function entries(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function readLink(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}
