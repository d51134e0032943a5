import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { consumerGroups, languages } from '@bridge/contracts';
import { loadRuleFile } from '@bridge/decision-store';
import { describe, expect, onTestFinished, test } from 'vitest';
import { images } from '../build/stage.ts';
import { referredVariables } from './compose-file.ts';
import { composeServices } from './nginx-routes.ts';
import { compose, composeText as text, environmentOf, loadWith, own, root } from './own-services.ts';

test('the names of the guides are right', () => {
  const { postgres, kafka, redis, 'biometric-bridge': bridge } = compose.services;
  expect(postgres?.container_name).toBe('auren-postgres');
  expect(postgres?.environment).toMatchObject({ POSTGRES_USER: 'auren_user', POSTGRES_DB: 'auren_db' });
  expect(postgres?.image).toMatch(/^timescale\/timescaledb:.+-pg16$/);
  expect(kafka?.container_name).toBe('auren-kafka');
  expect(kafka?.environment['KAFKA_ADVERTISED_LISTENERS']).toBe(
    'INTERNAL://kafka:29092,EXTERNAL://localhost:9092',
  );
  expect(kafka?.environment['PATH']).toMatch(/^\/opt\/kafka\/bin:/);
  expect(redis?.container_name).toBe('auren-redis');
  expect(bridge?.container_name).toBe('auren-biometric-bridge');
  expect(bridge?.build?.args['SERVICE']).toBe('cognition');
  expect(bridge?.environment['KAFKA_BOOTSTRAP_SERVERS']).toBe('kafka:29092');
  expect(bridge?.volumes).toEqual(['./config:/app/config:ro']);
  expect(compose.networks).toEqual({ 'auren-network': { name: 'auren-network' } });
  expect(consumerGroups.decisions).toBe('neuros-biometric-bridge');
});

test('ports are published on loopback, each one once, 8002 and 8888 among them', () => {
  const published = Object.values(compose.services).flatMap(({ ports }) => ports);
  for (const port of published) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  const hostPorts = published.map((port) => port.split(':')[1]);
  expect(new Set(hostPorts).size).toBe(hostPorts.length);
  expect(hostPorts).toEqual(expect.arrayContaining(['8002', '8888', '9092']));
});

test.each(Object.entries(compose.services))(
  '%s has a pinned image, limits, a network and a health check',
  (_name, service) => {
    expect(service.image).toMatch(/:\d+\.\d+\.\d+/);
    expect(service.image).not.toContain('latest');
    expect(service.networks).toEqual(['auren-network']);
    expect(service.deploy.resources.limits.memory).toMatch(/^\d+[MG]$/);
    expect(service.healthcheck?.disable ?? service.healthcheck?.test).toBeTruthy();
  },
);

test('no secret has a default, none is written down, and .env.example names all of them', () => {
  const referred = referredVariables(text);
  const secret = /PASSWORD|KEY|SECRET|TOKEN/;
  // A vendor without an application is off.
  const optional = /^(OURA|WHOOP|WEBHOOK|OIDC)_/;
  for (const { name, required } of referred) {
    expect(required, name).toBe(secret.test(name) && !optional.test(name));
  }
  const example = readFileSync(join(root, '.env.example'), 'utf8');
  const named = [...example.matchAll(/^([A-Z_]+)=(.*)$/gm)];
  expect(new Set(named.map(([, name]) => name))).toEqual(new Set(referred.map(({ name }) => name)));
  for (const [, name = '', value] of named) if (secret.test(name)) expect(value, name).toBe('');
  for (const service of Object.values(compose.services)) {
    for (const [name, value] of Object.entries(service.environment)) {
      if (!secret.test(name)) continue;
      expect(value, name).toMatch(optional.test(name) ? /^\$\{[A-Z_]+:-\}$/ : /^\$\{[A-Z_]+:\?[^}]+\}$/);
    }
  }
});

test('every dependency exists, and health is waited for only where there is a check', () => {
  for (const { depends_on } of Object.values(compose.services)) {
    for (const [name, { condition }] of Object.entries(depends_on)) {
      const needed = compose.services[name];
      expect(needed, name).toBeDefined();
      if (condition === 'service_healthy') expect(needed?.healthcheck?.test, name).toBeDefined();
      if (condition === 'service_completed_successfully') expect(name).toBe('setup');
    }
  }
});

test('every file that is mounted exists, read-only', () => {
  const mounts = Object.values(compose.services).flatMap(({ volumes }) =>
    volumes.filter((v) => v.startsWith('./')),
  );
  for (const mount of mounts) {
    const [path = '', , mode] = mount.split(':');
    expect(existsSync(join(root, path)), path).toBe(true);
    expect(mode).toBe('ro');
  }
});

describe('our own services', () => {
  test('are the four of the design and the job before them', () => {
    expect(new Set(own.map(({ image }) => image))).toEqual(new Set(Object.keys(images)));
    const ports = Object.fromEntries(own.map(({ name, service }) => [name, service.environment['PORT']]));
    for (const { service, port } of Object.values(composeServices)) expect(ports[service]).toBe(String(port));
  });

  test.each(own)('$name gets what its configuration needs, and nothing else', async ({ service, image }) => {
    const { read } = await loadWith(image, environmentOf(service));
    const given = Object.keys(service.environment).filter((name) => name !== 'LOG_LEVEL');
    expect(given.filter((name) => !read.has(name))).toEqual([]);
  });

  test.each(own)('$name says by name what is missing', async ({ service, image }) => {
    const environment = environmentOf(service);
    const needed = Object.keys(service.environment).filter(
      (name) =>
        /KEY|PASSWORD|URL$|SERVERS/.test(name) && !/^(OURA|WHOOP|PUBLIC|ALERTS|WEBSOCKET)_/.test(name),
    );
    expect(needed.length).toBeGreaterThan(2);
    for (const name of needed) {
      await expect(loadWith(image, { ...environment, [name]: '' }), name).rejects.toThrow(
        `${name} is missing`,
      );
    }
  });

  test.each(own.filter(({ image }) => image !== 'setup'))(
    '$name listens where its health check asks, stops in time and keeps no rights',
    async ({ service, image }) => {
      const { config } = await loadWith(image, { ...environmentOf(service), HOST: '0.0.0.0' });
      expect(config).toMatchObject({ http: { host: '0.0.0.0', port: Number(service.environment['PORT']) } });
      expect(service.healthcheck?.test).toEqual(['CMD', 'node', 'healthcheck.mjs']);
      expect(service.stop_grace_period).toBe('30s');
      expect(service.read_only).toBe(true);
      expect(service.cap_drop).toEqual(['ALL']);
      expect(service.depends_on).toHaveProperty('setup.condition', 'service_completed_successfully');
    },
  );

  test('the path of the mounted rules is the one that cognition reads from its working directory', async () => {
    const cognition = own.find(({ image }) => image === 'cognition');
    const { config } = await loadWith('cognition', environmentOf(cognition?.service));
    expect(config).toMatchObject({ rules: 'config/neuros.yaml' });
  });

  const mounted = own.find(({ image }) => image === 'cognition')?.service.volumes ?? [];
  test.each([
    ['in its image', images.cognition.reads.map((path) => ({ from: path, to: path }))],
    ['where compose mounts them', mounted.map(mountOf)],
  ])('cognition finds the texts of every language %s', async (_where, copies) => {
    const folder = mkdtempSync(join(tmpdir(), 'bridge-rules-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    for (const { from, to } of copies) cpSync(join(root, from), join(folder, to), { recursive: true });
    const { rules } = await loadRuleFile(join(folder, 'config/neuros.yaml'));
    expect(Object.keys(rules.texts).sort()).toEqual([...languages].sort());
  });
});

/** What is mounted, in the repository and below the image's own folder. */
function mountOf(volume: string) {
  const [from = '', to = ''] = volume.split(':');
  return { from, to: to.replace(/^\/app\//, '') };
}
