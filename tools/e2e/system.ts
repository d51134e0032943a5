import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { controlProgram, listPrograms, type ControlAction } from '@bridge/cli/stack-control';

/** The running system that `npm test` (or a loaded `.local/env`) names, as its users reach it. */
export const system = {
  edge: required('BRIDGE_EDGE_URL'),
  masterKey: required('AUREN_MASTER_API_KEY'),
  services: {
    'webhook-ingest': required('BRIDGE_INGEST_URL'),
    cognition: required('BRIDGE_COGNITION_URL'),
    alerts: required('BRIDGE_ALERTS_URL'),
    'stream-gateway': required('BRIDGE_GATEWAY_URL'),
  },
  home: required('BRIDGE_STACK_HOME'),
} as const;

export type ServiceName = keyof typeof system.services;
export const serviceNames = Object.keys(system.services) as ServiceName[];

/** A variable of the environment, or an error that says where it comes from. */
export function required(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`${name} is not set. These tests drive a running stack; \`npm test\` starts one for them.`);
}

/** A person nobody has met before. */
export function newUser(): string {
  return `e2e_${randomBytes(6).toString('hex')}`;
}

type Post = { readonly key?: string | undefined; readonly type?: string; readonly path?: string };

/** Posts a body as a wearable's sender does; a string goes as it is. */
export function postEvent(
  body: object | string,
  { key = system.masterKey, type = 'application/json', path = '/webhooks/oura' }: Post = {},
): Promise<Response> {
  return fetch(system.edge + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': type },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/** Posts a body that has to be accepted, now or before, and returns the event's id. */
export async function acceptedEvent(body: object): Promise<string> {
  const response = await postEvent(body);
  const text = await response.text();
  if (response.status !== 202 && response.status !== 200)
    throw new Error(`expected 202 or 200, got ${response.status}: ${text}`);
  return (JSON.parse(text) as { event_id: string }).event_id;
}

/** GETs a path of the edge with the master key. */
export function getFromEdge(path: string): Promise<Response> {
  return fetch(system.edge + path, { headers: { authorization: `Bearer ${system.masterKey}` } });
}

export type Alert = { readonly alert_id: string; readonly kind: string; readonly status: string };

/** The alerts that `GET /alerts` shows of one person. */
export async function alertsOf(userId: string): Promise<Alert[]> {
  const response = await getFromEdge(`/alerts?user_id=${userId}`);
  if (response.status !== 200) throw new Error(`GET /alerts answered ${response.status}`);
  return ((await response.json()) as { alerts: Alert[] }).alerts;
}

/** One of a service's own routes, past the edge. */
export async function askService(
  service: ServiceName,
  path: string,
): Promise<{ status: number; body: string }> {
  const response = await fetch(system.services[service] + path, { signal: AbortSignal.timeout(3000) });
  return { status: response.status, body: await response.text() };
}

/** True while a service answers 200 on `/ready`. */
export async function isReady(service: ServiceName): Promise<boolean> {
  return (await askService(service, '/ready').catch(() => undefined))?.status === 200;
}

/** Stops, starts or kills one process of the stack: a service by name, or `postgres`, `kafka`, `redis`. */
export function control(program: string, action: ControlAction): Promise<void> {
  return controlProgram(join(system.home, 'run'), program, action);
}

/** The pid under which a program runs now; null while it does not. */
export async function pidOf(program: string): Promise<number | null> {
  const programs = await listPrograms(join(system.home, 'run'));
  return programs.find(({ name }) => name === program)?.pid ?? null;
}
