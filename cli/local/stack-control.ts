import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runningOwner } from './stack-owner.ts';

/** The address of a running stack's control server, and the token that it requires. */
export type ControlAddress = { readonly url: string; readonly token: string };

export type ProgramStatus = { readonly name: string; readonly state: string; readonly pid: number | null };

export type ControlAction = 'start' | 'stop' | 'kill';

/** Lists the programs of a running stack. Throws when no stack runs. */
export async function listPrograms(run: string): Promise<ProgramStatus[]> {
  return (await request(run, 'GET', '/programs')) as ProgramStatus[];
}

/** Stops (and keeps stopped), starts, or kills (and so restarts) one program of a running stack. */
export async function controlProgram(run: string, name: string, action: ControlAction): Promise<void> {
  await request(run, 'POST', `/programs/${name}/${action}`);
}

/** Returns the file to which a running stack writes its control address. */
export function controlFile(run: string): string {
  return join(run, 'control.json');
}

async function request(run: string, method: string, path: string): Promise<unknown> {
  const { url, token } = readAddress(run);
  const response = await fetch(url + path, { method, headers: { authorization: `Bearer ${token}` } });
  const body: unknown = await response.json();
  if (!response.ok) throw new Error(`The stack answered ${response.status}: ${JSON.stringify(body)}`);
  return body;
}

function readAddress(run: string): ControlAddress {
  if (!runningOwner(run)) throw new Error('No stack runs here; start one with `npm start`.');
  return JSON.parse(readFileSync(controlFile(run), 'utf8')) as ControlAddress;
}
