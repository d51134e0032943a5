import { consumerGroups } from '@bridge/contracts';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../local/run-command.ts';
import { waitUntil } from '../local/wait-until.ts';
import { logsOfStack } from './logs.ts';
import { acceptedEvent, alertsOf, askService, newUser, required, serviceNames, system } from './system.ts';

describe.each(serviceNames)('%s', (service) => {
  it('is live, ready and healthy', async () => {
    expect((await askService(service, '/live')).status).toBe(200);
    expect((await askService(service, '/ready')).status).toBe(200);
    const { status, body } = await askService(service, '/health');
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ status: 'healthy', version: expect.any(String) as string });
  });

  it('shows metrics in the text format 0.0.4', async () => {
    const response = await fetch(`${system.services[service]}/metrics`);
    expect(response.headers.get('content-type')).toContain('version=0.0.4');
    expect(await response.text()).toContain('process_resident_memory_bytes');
  });
});

describe('/health through the edge', () => {
  it("answers in the guide's shape, in less than 100 ms", async () => {
    const times: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const start = performance.now();
      const response = await fetch(`${system.edge}/health`);
      const health: unknown = await response.json();
      times.push(performance.now() - start);
      expect(health).toEqual({
        status: 'healthy',
        version: expect.any(String) as string,
        runtime: 'langgraph',
        components: {
          postgres: 'healthy',
          redis: 'healthy',
          kafka: 'healthy',
          langgraph: 'healthy',
          checkpointer: 'healthy',
        },
      });
    }
    expect(Math.min(...times)).toBeLessThan(100);
  });
});

describe('metrics of cognition', () => {
  it.each([
    'auren_langgraph_ready 1',
    'postgres_pool_size',
    'postgres_pool_free',
    'biometric_events_processed_total',
    'cognitive_mode_current{mode="pattern"}',
    'cognitive_mode_transitions',
    'kafka_consumer_lag{',
  ])("hold the guides' %s", async (name) => {
    await acceptedEvent({ user_id: newUser(), event_id: 'a', hrv_rmssd: 60 });
    const shown = async () => (await askService('cognition', '/metrics')).body.includes(`\n${name}`);
    await waitUntil(name, shown, { withinMs: 20_000, everyMs: 500 });
  });
});

describe('kafka-consumer-groups.sh --describe', () => {
  it('shows the group of the decisions with lag 0', async () => {
    const userId = newUser();
    await acceptedEvent({ user_id: userId, event_id: 'a', hrv_rmssd: 25, readiness_score: 65 });
    await waitUntil('the decision', async () => (await alertsOf(userId)).length > 0, { withinMs: 5000 });
    // Kafka's own offsets follow the positions at intervals.
    await waitUntil('lag 0', async () => (await lagsOfDecisions()).every((lag) => lag === '0'), {
      withinMs: 60_000,
      everyMs: 1000,
    });
  });
});

/** The LAG column of each partition, from the broker's own tool. */
async function lagsOfDecisions(): Promise<(string | undefined)[]> {
  const tool = join(system.home, 'bin/kafka-consumer-groups.sh');
  const server = ['--bootstrap-server', required('KAFKA_BOOTSTRAP_SERVERS')];
  const described = await runCommand(tool, [...server, '--group', consumerGroups.decisions, '--describe']);
  const rows = described.split('\n').filter((line) => line.startsWith(consumerGroups.decisions));
  expect(rows.length).toBeGreaterThan(0);
  return rows.map((row) => row.split(/\s+/)[5]);
}

describe('the logs', () => {
  it('name no person and hold no value, whatever went through', async () => {
    const userId = newUser();
    const deviceId = `${userId}_ring`;
    await acceptedEvent({
      user_id: userId,
      event_id: `${userId}_evt`,
      device_id: deviceId,
      hrv_rmssd: 24.601,
      readiness_score: 61.803,
    });
    await waitUntil('the alert', async () => (await alertsOf(userId)).length > 0, { withinMs: 5000 });
    const logs = logsOfStack();
    expect(logs.length).toBeGreaterThanOrEqual(8);
    for (const log of logs) {
      expect(log.includes(userId)).toBe(false);
      expect(log.includes('24.601') || log.includes('61.803')).toBe(false);
      expect(log.includes(system.masterKey)).toBe(false);
    }
  });
});
