import { setTimeout as sleep } from 'node:timers/promises';
import { mountOps } from '../src/index.ts';
import type { Component } from '@bridge/core';
import { describe, expect, it } from 'vitest';
import { json, serve } from './serve-app.ts';

describe('ops routes', () => {
  const component = (name: string, needed: boolean, check: Component['check']): Component => ({
    name,
    needed,
    check,
  });
  const hanging = () => new Promise<never>(() => {});
  let stopping = false;

  function ops(components: Component[]) {
    stopping = false;
    return serve((app, metrics) => {
      const extraHealth = { runtime: 'langgraph' };
      mountOps(app, {
        service: 'test',
        version: '12.0.0',
        components,
        metrics,
        isStopping: () => stopping,
        extraHealth,
      });
    });
  }

  it('tell healthy, degraded and unhealthy', async () => {
    let redis: 'healthy' | 'unhealthy' = 'healthy';
    let postgres = true;
    const { url } = await ops([
      component('postgres', true, () => (postgres ? 'healthy' : Promise.reject(new Error('Canary')))),
      component('redis', false, () => redis),
    ]);
    const health = async () => {
      const response = await fetch(`${url}/health`);
      return {
        code: response.status,
        ready: (await fetch(`${url}/ready`)).status,
        ...(await json(response)),
      };
    };
    expect(await health()).toEqual({
      code: 200,
      ready: 200,
      status: 'healthy',
      version: '12.0.0',
      runtime: 'langgraph',
      components: { postgres: 'healthy', redis: 'healthy' },
    });
    redis = 'unhealthy';
    await sleep(1_050);
    expect(await health()).toMatchObject({
      code: 200,
      ready: 200,
      status: 'degraded',
      components: { redis: 'unhealthy' },
    });
    postgres = false;
    await sleep(1_050);
    expect(await health()).toMatchObject({
      code: 503,
      ready: 503,
      status: 'unhealthy',
      components: { postgres: 'unhealthy' },
    });
  });

  it('answer within 100 ms while a check hangs, and call it unhealthy once its time is over', async () => {
    const { url } = await ops([
      component('kafka', true, hanging),
      component('postgres', true, () => 'healthy'),
    ]);
    await fetch(`${url}/live`);
    const begin = performance.now();
    const first = await json(await fetch(`${url}/health`));
    expect(performance.now() - begin).toBeLessThan(100);
    expect(first).toMatchObject({
      status: 'degraded',
      components: { kafka: 'degraded', postgres: 'healthy' },
    });
    expect((await fetch(`${url}/ready`)).status).toBe(503);
    expect(await json(await fetch(`${url}/health`))).toMatchObject({ components: { kafka: 'unhealthy' } });
  });

  it('share one check among probes', async () => {
    let checks = 0;
    const { url } = await ops([component('postgres', true, () => (checks++, 'healthy'))]);
    await Promise.all(Array.from({ length: 8 }, () => fetch(`${url}/health`)));
    expect(checks).toBe(1);
  });

  it('are live but not ready while the service stops', async () => {
    const { url } = await ops([]);
    expect((await fetch(`${url}/ready`)).status).toBe(200);
    stopping = true;
    expect((await fetch(`${url}/ready`)).status).toBe(503);
    expect((await fetch(`${url}/live`)).status).toBe(200);
  });

  it('expose metrics in text format 0.0.4', async () => {
    const { url } = await ops([]);
    const response = await fetch(`${url}/metrics`);
    expect(response.headers.get('content-type')).toContain('version=0.0.4');
    expect(await response.text()).toContain('# TYPE http_request_duration_seconds histogram');
  });
});
