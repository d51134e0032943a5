import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { z } from 'zod';

/** The vendors that the simulator plays. */
export type SimulatedVendor = 'oura' | 'whoop';

const main = new URL('../../../tools/lab/vendor-sim/main.ts', import.meta.url).pathname;
const account = z.object({ id: z.string() });
const refreshes = z.object({ granted: z.number(), refused: z.number(), lost: z.number() });
const stats = z.object({ oura: z.object({ refreshes }), whoop: z.object({ refreshes }) });
const subscription = z.object({
  callback_url: z.string(),
  data_type: z.string(),
  event_type: z.string(),
});

/** The vendor simulator as its own process on a free port. Whoever calls closes it. */
export async function launchSim() {
  const child = spawn(process.execPath, ['--conditions=@bridge/source', main, '--port', '0'], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const started = Promise.withResolvers<string>();
  createInterface(child.stdout).on('line', (line) => {
    const [url] = /http:\S+/.exec(line) ?? [];
    if (url !== undefined) started.resolve(url);
  });
  void exited.then(() => started.reject(new Error('the simulator ended')));
  const url = await started.promise;

  async function control(method: string, path: string, body?: unknown): Promise<unknown> {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const answer = await fetch(`${url}/sim${path}`, init);
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
    return answer.status === 204 ? undefined : answer.json();
  }

  return {
    url,
    addAccount: async (vendor: SimulatedVendor) =>
      account.parse(await control('POST', '/accounts', { vendor })).id,
    faults: async (vendor: SimulatedVendor, faults: object) =>
      control('POST', '/faults', { [vendor]: faults }),
    /** `access`: access tokens end now, refresh tokens stay. */
    end: async (vendor: SimulatedVendor, id: string, what: 'access' | 'consent') =>
      control('POST', '/endings', { vendor, account: id, what }),
    refreshes: async (vendor: SimulatedVendor) =>
      stats.parse(await control('GET', '/stats'))[vendor].refreshes,
    subscriptions: async () => z.array(subscription).parse(await control('GET', '/subscriptions')),
    async close() {
      if (child.exitCode === null) child.kill('SIGTERM');
      await exited;
    },
  };
}

export type Sim = Awaited<ReturnType<typeof launchSim>>;
