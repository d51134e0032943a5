import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answerJson, key, runCommand, startApiServer } from '../api/test/api-server.ts';
import { tailCommand } from './command.ts';

let server: Awaited<ReturnType<typeof startApiServer>>;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.answers.clear();
  server.requests.length = 0;
});

const tail = (...args: string[]) => server.run(tailCommand, ...args);

function begin(res: ServerResponse): ServerResponse {
  res.writeHead(200, { 'content-type': 'text/event-stream' });
  // A server asks for a wait; a test has no time for one.
  res.write('retry: 1\n\n');
  return res;
}

function frame(id: string, event: string, data: unknown): string {
  return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

const reading = { metric: 'heart_rate', value: 72, unit: '/min' };
const event = {
  user_id: 'ada',
  event_type: 'heart_rate',
  timestamp: '2026-03-01T12:00:07.000Z',
  readings: [reading],
};
const transition = {
  user_id: 'ada',
  from: 'pattern',
  to: 'reflex',
  at: '2026-03-01T12:00:08.000Z',
  reason: 'stress_overload',
};

describe('tail', () => {
  it('prints one line per frame, and asks with the filters and the key', async () => {
    const call =
      'GET /stream?user_id=ada&user_id=bob&kind=event&kind=transition&mode=reflex&severity=warning';
    server.answers.set(call, (res) => {
      begin(res).write(frame('v1', 'snapshot', { users: [] }));
      res.write(frame('v2', 'event', event) + frame('v3', 'transition', transition));
    });
    const filters = ['--user', 'ada', 'bob', '--kind', 'event', 'transition', '--mode', 'reflex'];
    const { lines } = await tail(...filters, '--severity', 'warning', '--count', '2');
    expect(lines).toEqual([
      '2026-03-01 12:00:07Z  event       ada  heart_rate: heart rate 72 /min',
      '2026-03-01 12:00:08Z  transition  ada  pattern to reflex: stress overload',
    ]);
    expect(server.requests).toMatchObject([{ call, key: `Bearer ${key}` }]);
  });

  it('--json prints frames of every kind with their ids', async () => {
    server.answers.set('GET /stream', (res) => {
      begin(res).write(frame('v1', 'snapshot', { users: [] }) + frame('v2', 'event', event));
    });
    const { lines } = await tail('--json', '--count', '1');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { id: 'v1', kind: 'snapshot', data: { users: [] } },
      { id: 'v2', kind: 'event', data: event },
    ]);
  });

  it('goes on after a cut where it was, also when only a keep-alive came since', async () => {
    server.answers.set('GET /stream', [
      (res) => begin(res).end(`${frame('v1', 'event', event)}: keep-alive\nid: v7\n\n`),
      (res) => {
        begin(res).write(frame('v8', 'event', event));
        setImmediate(() => res.destroy());
      },
      (res) => res.writeHead(503, { 'retry-after': '0' }).end(),
      (res) => void begin(res).write(frame('v9', 'transition', transition)),
    ]);
    const { lines, logged } = await tail('--from', 'v0', '--json', '--count', '3');
    expect(lines.map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(['v1', 'v8', 'v9']);
    expect(server.requests.map(({ lastEventId }) => lastEventId)).toEqual(['v0', 'v7', 'v8', 'v8']);
    const messages = logged.map(({ message }) => message).join('\n');
    expect(messages).toMatch(/ended.*Trying again/);
    expect(messages).toContain('The server answered 503.');
    expect(messages).toContain('Connected again.');
  });

  it('says that frames may be missing, and that it is slow', async () => {
    server.answers.set('GET /stream', (res) => {
      begin(res).write(frame('v1', 'reset', { reason: 'too_old' }));
      res.write(frame('v2', 'lagging', { merged: 9 }) + frame('v3', 'event', event));
    });
    const { lines, logged } = await tail('--count', '1');
    expect(lines).toHaveLength(1);
    expect(logged.map(({ message }) => message)).toEqual([
      expect.stringContaining('frames may be missing (too old)'),
      expect.stringContaining('this reader is slow'),
    ]);
  });

  it('takes nothing from a frame that could move the cursor', async () => {
    server.answers.set('GET /stream', (res) => {
      begin(res).write(frame('v1', 'insight', { user_id: 'a\u001b[2Jda', kind: 'trend', summary: 'x\r\ny' }));
    });
    const { lines } = await tail('--count', '1');
    // eslint-disable-next-line no-control-regex -- that is what must not be there
    expect(lines.join('')).not.toMatch(/[\u0000-\u001f]/);
  });

  it.each([
    [401, 'The key is not valid there. Load .local/env, or set BRIDGE_API_KEY'],
    [403, 'This key may not see this person. Set BRIDGE_API_KEY to another key.'],
    [400, '400 This key may not see this person.'],
  ])('a refusal with %i ends it with one line', async (status, words) => {
    server.answers.set('GET /stream', answerJson({ detail: 'This key may not see this person.' }, status));
    const error = await tail().catch((reason: unknown) => reason);
    expect((error as Error).message).toContain(words);
    expect((error as Error).message).not.toContain('\n');
    expect(server.requests).toHaveLength(1);
  });

  it('ends with one line where there is no stream, no server, or no key', async () => {
    server.answers.set('GET /stream', answerJson({}));
    await expect(tail()).rejects.toThrow('There is no stream at that address. Check --url.');
    const gone = { BRIDGE_URL: 'http://127.0.0.1:9', BRIDGE_API_KEY: key };
    await expect(runCommand(tailCommand, gone, [])).rejects.toThrow('http://127.0.0.1:9 cannot be reached.');
    await expect(runCommand(tailCommand, {}, [])).rejects.toThrow('No API key is set.');
    const broken = runCommand(tailCommand, { BRIDGE_API_KEY: 'a\nb' }, []);
    await expect(broken).rejects.toThrow('The API key holds characters that no key has.');
  });

  it.each([
    [['--kind', 'pulse'], 'Allowed choices are'],
    [['--url', 'localhost'], 'It must be a URL'],
    [['--count', '0'], 'It must be a whole number'],
  ])('%j is bad use', async (args, words) => {
    await expect(tail(...args)).rejects.toThrow(words);
  });
});
