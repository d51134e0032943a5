import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { answerJson, startApiServer } from '../api/test/api-server.ts';
import { explainCommand } from './explain.ts';

let server: Awaited<ReturnType<typeof startApiServer>>;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(() => server.close());
beforeEach(() => server.answers.clear());
afterEach(() => (process.exitCode = undefined));

const id = 'a'.repeat(32);
const decision = { kind: 'switch', recomputed: 'identical' };
const answer = { decision, sentences: ['ada went to reflex.', 'It comes out the same.'], identical: true };

it('explains a decision by the API, in sentences and as the database does in JSON', async () => {
  server.answers.set(`GET /decisions/${id}`, answerJson(answer));
  expect((await server.run(explainCommand, id)).lines).toEqual(answer.sentences);
  const { lines } = await server.run(explainCommand, id, '--json');
  expect(JSON.parse(lines.join(''))).toEqual({ id, findings: [decision] });
  expect(process.exitCode).toBeUndefined();
});

it('fails for a decision that comes out different', async () => {
  server.answers.set(`GET /decisions/${id}`, answerJson({ ...answer, identical: false }));
  await server.run(explainCommand, id);
  expect(process.exitCode).toBe(1);
});

it('says what to do instead', async () => {
  await expect(server.run(explainCommand, id)).rejects.toThrow('leave --url out');
  for (const args of [['biometric.events/0/7'], ['--newest', '3']])
    await expect(server.run(explainCommand, ...args)).rejects.toThrow('leave --url and BRIDGE_URL out');
  await expect(server.run(explainCommand, 'x')).rejects.toThrow('is no id');
});
