import type { Route, Routing } from '@bridge/contracts';
import { expect, test } from 'vitest';
import { checkRouting } from './check-routing.ts';

const known = { channels: new Set(['phone', 'mail']), groups: new Set(['team']) };

function routing(routes: readonly Route[], other: Partial<Routing> = {}): Routing {
  return { default: { channels: ['phone'] }, routes: [...routes], inhibitions: [], systems: {}, ...other };
}

function pathsOf(given: Routing): string[] {
  return checkRouting(given, known).map(({ path }) => path);
}

test('takes a tree whose routes are all reached', () => {
  const routes: Route[] = [
    { name: 'team', match: { group: ['team'] }, routes: [{ name: 'team-critical', channels: ['mail'] }] },
    { name: 'at-night', hours: { from: '22:00', to: '07:00' }, channels: ['mail'] },
    { name: 'copy', continue: true, channels: ['mail'] },
    { name: 'rest' },
  ];
  expect(checkRouting(routing(routes), known)).toEqual([]);
});

test('names of routes are unique in the whole tree, and "default" is taken', () => {
  const routes: Route[] = [
    { name: 'a', match: { severity: ['info'] }, routes: [{ name: 'b' }] },
    { name: 'b', match: { severity: ['warning'] } },
    { name: 'default' },
  ];
  expect(pathsOf(routing(routes))).toEqual(['routes.1.name', 'routes.2.name']);
});

test('channels of routes and of escalation steps exist', () => {
  const escalation = [{ after_minutes: 5, channels: ['phone', 'nobody'] }];
  const given = routing([{ name: 'a', channels: ['nobody'], escalation }], {
    default: { channels: ['phone', 'gone'] },
  });
  expect(pathsOf(given)).toEqual([
    'default.channels.1',
    'routes.0.channels.0',
    'routes.0.escalation.0.channels.1',
  ]);
});

test('groups exist, those of inhibitions too', () => {
  const inhibition = {
    source: { group: ['team', 'lost'] },
    target: {},
    same_person: true,
    same_system: false,
  };
  const given = routing([{ name: 'a', match: { group: ['lost'] } }], { inhibitions: [inhibition] });
  expect(pathsOf(given)).toEqual(['routes.0.match.group.0', 'inhibitions.0.source.group.1']);
});

test.each<[string, Route['match'], Route['match']]>([
  ['everything', undefined, { severity: ['critical'] }],
  ['everything, written as an empty matcher', {}, undefined],
  ['the same', { kind: ['rule.pulse_high'] }, { kind: ['rule.pulse_high'] }],
  ['more values', { severity: ['warning', 'critical'] }, { severity: ['critical'], question: true }],
  ['a shorter prefix', { kind: [{ prefix: 'rule.' }] }, { kind: [{ prefix: 'rule.p' }, 'rule.x'] }],
])('a route after one that takes %s is never reached', (_what, earlier, later) => {
  const routes: Route[] = [
    { name: 'first', ...(earlier && { match: earlier }) },
    { name: 'second', ...(later && { match: later }) },
  ];
  const [found, ...others] = checkRouting(routing(routes), known);
  expect(others).toEqual([]);
  expect(found?.path).toBe('routes.1');
  expect(found?.message).toContain('"first"');
});

test.each<[string, Route]>([
  ['continues', { name: 'first', continue: true }],
  ['has hours', { name: 'first', hours: { from: '08:00', to: '20:00' } }],
  ['takes other values', { name: 'first', match: { severity: ['info'] } }],
  ['takes a longer prefix', { name: 'first', match: { kind: [{ prefix: 'rule.pulse_' }] } }],
  ['takes one text that is only a prefix', { name: 'first', match: { kind: ['rule'] } }],
  ['asks for a question', { name: 'first', match: { question: false } }],
])('a route after one that %s is reached', (_what, first) => {
  const second: Route = { name: 'second', match: { kind: [{ prefix: 'rule' }], severity: ['critical'] } };
  expect(checkRouting(routing([first, second]), known)).toEqual([]);
});

test('unreachable routes within routes are found', () => {
  const routes: Route[] = [{ name: 'a', routes: [{ name: 'b' }, { name: 'c' }] }];
  expect(pathsOf(routing(routes))).toEqual(['routes.0.routes.1']);
});

test('a tree has at most eight levels', () => {
  const nested = (level: number): Route => ({
    name: `r${level}`,
    ...(level > 1 && { routes: [nested(level - 1)] }),
  });
  expect(pathsOf(routing([nested(8)]))).toEqual([]);
  expect(pathsOf(routing([nested(9)]))).toEqual([`routes.0${'.routes.0'.repeat(8)}`]);
});

const persons = (count: number) =>
  Array.from({ length: count }, (_, n) => `person-${String(n).padStart(6, '0')}`);

test('a matcher of 10 kB is refused with its field', () => {
  const match = { user_id: persons(650) };
  expect(JSON.stringify(match).length).toBeGreaterThan(10_000);
  expect(pathsOf(routing([{ name: 'a', match }]))).toEqual(['routes.0.match']);
  const inhibition = { source: {}, target: match, same_person: true, same_system: false };
  expect(pathsOf(routing([], { inhibitions: [inhibition] }))).toEqual(['inhibitions.0.target']);
});

test('all matchers together, and the routes, are bounded', () => {
  const match = { user_id: persons(400) };
  const many = Array.from({ length: 25 }, (_, n): Route => ({ name: `r${n}`, match, continue: true }));
  expect(pathsOf(routing(many))).toEqual(['routes']);
  const children = Array.from({ length: 100 }, (_, n): Route => ({ name: `c${n}`, continue: true }));
  const tree = Array.from({ length: 5 }, (_, n): Route => ({
    name: `p${n}`,
    routes: children,
    continue: true,
  }));
  expect(pathsOf(routing(tree))).toEqual(['routes']);
});

test('a kind may belong to several body systems, and stands in each of them once', () => {
  const systems = {
    heart: ['rule.pulse_high', 'rule.pulse_high'],
    lungs: ['rule.spo2_low', 'rule.pulse_high'],
  };
  expect(checkRouting(routing([], { systems }), known)).toEqual([
    { path: 'systems.heart.1', message: 'stands here twice' },
  ]);
});
