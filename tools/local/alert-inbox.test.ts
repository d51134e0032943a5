import { expect, it } from 'vitest';
import { inboxEnv, inboxProgram } from './alert-inbox.ts';
import { shiftPorts } from './ports.ts';

const ports = shiftPorts(1000);

it('alerts send to the port on which the inbox listens', () => {
  const { env } = inboxProgram({ root: '/root', file: '/inbox', ports, env: {} });
  expect(env).toMatchObject({ HOST: '127.0.0.1', PORT: '9006' });
  expect(inboxEnv({ ports, env: {} })).toEqual({
    ALERTS_DEFAULT_NTFY_URL: 'http://127.0.0.1:9006/bridge',
    ALERTS_ALLOWED_PRIVATE_HOSTS: '127.0.0.1:9006',
  });
});

it("an operator's own channel and hosts stay", () => {
  const env = {
    ALERTS_DEFAULT_NTFY_URL: 'https://ntfy.sh/mine',
    ALERTS_ALLOWED_PRIVATE_HOSTS: 'mail.internal',
  };
  expect(inboxEnv({ ports, env })).toEqual({
    ALERTS_DEFAULT_NTFY_URL: 'https://ntfy.sh/mine',
    ALERTS_ALLOWED_PRIVATE_HOSTS: 'mail.internal,127.0.0.1:9006',
  });
});
