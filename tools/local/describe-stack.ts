import { linkMinutes } from '@bridge/auth';
import type { Stack } from './start-stack.ts';

type Details = { readonly startedInMs: number; readonly signInUrl: string };

/** Lists the addresses of a stack and the first commands to try. */
export function describeStack({ urls, ports, paths }: Stack, { startedInMs, signInUrl }: Details): string {
  const service = (port: number) => `http://127.0.0.1:${port}`;
  const rows = [
    ['dashboard, API', urls.edge],
    ['webhook-ingest', service(ports.ingest)],
    ['cognition', service(ports.cognition)],
    ['alerts', service(ports.alerts)],
    ['stream-gateway', service(ports.gateway)],
    ['PostgreSQL', withoutPassword(urls.postgres)],
    ['Kafka', `${urls.kafka}   tools: ${paths.bin}`],
    ['schema registry', urls.registry],
    ['Redis', urls.redis],
    ...(urls.vendorSim ? [['vendor simulator', `${urls.vendorSim}/sim/stats`]] : []),
    ...(urls.inbox ? [['alert inbox', urls.inbox]] : []),
    ['logs', paths.logs],
  ];
  return [
    '',
    `All healthy after ${(startedInMs / 1000).toFixed(1)} s.`,
    '',
    ...rows.map(([name = '', where = '']) => `  ${name.padEnd(18)}${where}`),
    '',
    'Load the secrets, then send an event (each one gets a new id):',
    '',
    `  set -a; . "${paths.envFile}"; set +a`,
    `  curl -X POST ${urls.edge}/webhooks/oura \\`,
    '    -H "Authorization: Bearer $AUREN_MASTER_API_KEY" -H "Content-Type: application/json" \\',
    `    -d '{"user_id":"test_user","event_id":"evt_'$(date +%s%N)'","hrv_rmssd":25,"readiness_score":65,"sleep_score":80}'`,
    '',
    'Alerts: npm run bridge -- alerts inbox',
    '',
    `Open the dashboard. This link signs in one browser, once, within ${linkMinutes} minutes:`,
    '',
    `  ${signInUrl}`,
    '',
    'A new one: npm run bridge -- sign-in',
    '',
  ].join('\n');
}

function withoutPassword(text: string): string {
  const url = new URL(text);
  url.password = '';
  return url.href;
}
