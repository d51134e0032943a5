import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answerCommand } from '../answer/command.ts';
import { answerJson, startApiServer } from '../api/test/api-server.ts';
import { stateCommand } from './command.ts';
import type { PersonState } from './person-state.ts';

let server: Awaited<ReturnType<typeof startApiServer>>;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.answers.clear();
  server.requests.length = 0;
});

const at = '2026-03-01T12:00:00.000Z';
const id = '4f0c2a'.padEnd(32, '0');
const state: PersonState = {
  user_id: 'ada',
  mode: 'reflex',
  since: at,
  stale: false,
  reason: 'stress_overload',
  summary: 'HRV 25 ms is far below 48 ms.',
  advice: 'Rest.',
  transition_id: 'a'.repeat(32),
  readings: [
    { metric: 'hrv_rmssd', value: 25, unit: 'ms', at, source: 'oura', device_id: 'ring', context: 'sleep' },
    { metric: 'heart_rate', value: 90, unit: '/min', at, source: 'oura', context: 'unknown' },
  ],
  usual: [
    { metric: 'hrv_rmssd', source: 'oura', context: 'sleep', low: 40, high: 60 },
    { metric: 'heart_rate', source: 'whoop', context: 'unknown', low: 50, high: 60 },
  ],
  hypotheses: [
    { hypothesis_id: id, question: 'Did you train?', answers: ['exercise', 'at_rest'], opened_at: at },
  ],
  alerts: [{ alert_id: 'bbbbbb22', kind: 'rule.stress_overload', severity: 'critical', opened_at: at }],
};

describe('state', () => {
  it('shows mode and why, alerts, questions, and readings beside their own band', async () => {
    server.answers.set('GET /users/ada/state', answerJson(state));
    expect((await server.run(stateCommand, 'ada')).lines).toEqual([
      'ada: reflex since 2026-03-01 12:00:00Z',
      '  HRV 25 ms is far below 48 ms.',
      '  Rest.',
      `  Why: npm run bridge -- explain ${'a'.repeat(32)}`,
      '',
      'Open alerts',
      '  id        severity  kind             since',
      '  bbbbbb22  critical  stress overload  2026-03-01 12:00:00Z',
      '',
      'Open questions',
      '  id        since                 question        answers',
      '  4f0c2a00  2026-03-01 12:00:00Z  Did you train?  exercise, at_rest',
      '',
      'Newest readings',
      '  metric            value    usual     measured              device',
      '  hrv rmssd, sleep  25 ms    40 to 60  2026-03-01 12:00:00Z  oura ring',
      '  heart rate        90 /min            2026-03-01 12:00:00Z  oura',
    ]);
    expect((await server.run(stateCommand, 'ada', '--json')).lines).toEqual([JSON.stringify(state)]);
  });

  it('shows a person of whom little is known, and asks for ids with slashes as such', async () => {
    server.answers.set('GET /users/a%2Fb/state', answerJson({ user_id: 'a/b', mode: null }));
    expect((await server.run(stateCommand, 'a/b')).lines).toEqual(['a/b: no mode yet']);
    await expect(server.run(stateCommand, 'nobody')).rejects.toThrow('Nothing is known of this person.');
  });
});

describe('answer', () => {
  const answer = (...args: string[]) => server.run(answerCommand, 'ada', ...args);
  const accepted = { event_id: 'e'.repeat(32), status: 'accepted' };

  it('answers the question whose id begins so', async () => {
    server.answers.set('GET /users/ada/state', answerJson(state));
    server.answers.set('POST /users/ada/answers', answerJson(accepted, 202));
    expect((await answer('4F0C2A', 'at_rest')).lines).toEqual([
      'Did you train?',
      `The answer is at_rest. See what follows: npm run bridge -- explain ${accepted.event_id}`,
    ]);
    expect(server.requests.at(-1)?.body).toEqual({ hypothesis_id: id, answer: 'at_rest' });
    const { lines } = await answer(id, 'exercise', '--json');
    expect(JSON.parse(lines.join(''))).toEqual({ ...accepted, hypothesis_id: id, answer: 'exercise' });
  });

  it('sends nothing that cannot count', async () => {
    server.answers.set('GET /users/ada/state', answerJson(state));
    await expect(answer('4f0c2a', 'fine')).rejects.toThrow(
      '4f0c2a00 can be answered with exercise, at_rest.',
    );
    await expect(answer('aaaaaa', 'fine')).rejects.toThrow(
      'No open question of this person begins with aaaaaa.',
    );
    await expect(answer('4f0c2a', 'perhaps')).rejects.toThrow('Allowed choices are');
    await expect(answer('4f', 'fine')).rejects.toThrow('the first 6 or more hex digits');
    expect(server.requests.filter(({ call }) => call.startsWith('POST'))).toEqual([]);
  });

  it('needs no right to read for a whole id', async () => {
    server.answers.set('GET /users/ada/state', answerJson({ detail: 'This needs the scope "stream".' }, 403));
    server.answers.set('POST /users/ada/answers', answerJson(accepted, 202));
    expect((await answer(id, 'fine')).lines[0]).toContain('The answer is fine.');
    await expect(answer('4f0c2a', 'fine')).rejects.toThrow('This needs the scope "stream".');
  });
});
