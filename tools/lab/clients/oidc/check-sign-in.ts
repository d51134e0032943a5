import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '@bridge/cli/stack-paths';
import { nodeArgs } from '../../../local/services.ts';
import { runCommand } from '../run-command.ts';
import { createBrowser, type Browser, type Page } from './browser.ts';
import { freePort, startGateway, startProvider, type Running } from './processes.ts';

/** The name of the package, and of this check on the command line. */
export const oidcProvider = 'oidc-provider';

/** `not checked`: the provider could not be had. */
export type SignInRow = {
  readonly version: string;
  readonly situation: string;
  readonly result: 'passed' | 'failed' | 'not checked';
  readonly cause?: string;
};

type Bench = {
  readonly gateway: string;
  readonly issuer: string;
  readonly restartProvider: () => Promise<void>;
  readonly stopProvider: () => Promise<void>;
  readonly cli: (...args: string[]) => Promise<string>;
};

/** Throws when the bridge does something else than it should. */
type Situation = (bench: Bench) => Promise<void>;

const situations: Readonly<Record<string, Situation>> = {
  'a subject with a grant signs in and bears its name': async (bench) => {
    const subject = await grant(bench);
    const browser = createBrowser();
    await signIn(bench, browser, subject);
    const { name, scopes } = await sessionOf(bench, browser);
    expectThat(name === `oidc:${subject}` && String(scopes) === 'stream', `the session is ${name ?? 'none'}`);
  },
  'a subject without a grant gets 403': async (bench) => {
    const page = await signIn(bench, createBrowser(), newSubject());
    expectThat(page.status === 403, `the answer was ${page.status}`);
  },
  'a session ends when the grant is taken away': async (bench) => {
    const subject = await grant(bench);
    const browser = createBrowser();
    await signIn(bench, browser, subject);
    await bench.cli('sign-in', 'revoke', subject, '--issuer', bench.issuer);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expectThat((await sessionOf(bench, browser)).name === undefined, 'the session goes on after a second');
  },
  'a wrong nonce is refused': refuses({ nonce: 'another' }),
  'another audience is refused': refuses({ aud: 'somebody else' }),
  'a token that expired is refused': refuses({ iat: 1_000_000, exp: 1_000_300 }),
  'new signing keys are taken at once': async (bench) => {
    const subject = await grant(bench);
    await bench.restartProvider();
    const browser = createBrowser();
    await signIn(bench, browser, subject);
    expectThat((await sessionOf(bench, browser)).name !== undefined, 'nobody was signed in');
  },
  'a provider that is down is named as such': async (bench) => {
    const callback = await untilCallback(bench, newSubject());
    await bench.stopProvider();
    const page = await callback();
    expectThat(page.status === 503, `the answer was ${page.status}`);
  },
};

const newSubject = () => `nurse-${randomBytes(4).toString('hex')}@example.test`;

async function grant({ cli, issuer }: Bench): Promise<string> {
  const subject = newSubject();
  await cli('sign-in', 'grant', subject, '--scope', 'stream', '--issuer', issuer);
  return subject;
}

function refuses(claims: Readonly<Record<string, unknown>>): Situation {
  return async (bench) => {
    const subject = await grant(bench);
    const misbehave = (body: unknown) =>
      fetch(`${bench.issuer}/misbehave`, { method: 'PUT', body: JSON.stringify(body) });
    await misbehave(claims);
    try {
      const page = await signIn(bench, createBrowser(), subject);
      expectThat(page.status === 502, `the answer was ${page.status}`);
    } finally {
      await misbehave({});
    }
  };
}

/** Goes to the provider, fills in its pages, and comes back. */
async function signIn({ gateway }: Bench, browser: Browser, subject: string): Promise<Page> {
  let page = await browser.open(`${gateway}/session/oidc/start`);
  for (const fields of [{ prompt: 'login', login: subject, password: 'x' }, { prompt: 'consent' }])
    if (page.url.includes('/interaction/')) page = await browser.submit(page, fields);
  return page;
}

/** As `signIn`, but stops in front of the callback. */
async function untilCallback(bench: Bench, subject: string): Promise<() => Promise<Page>> {
  let isHeld = true;
  const browser = createBrowser((url) => isHeld && url.startsWith(`${bench.gateway}/session/oidc/callback`));
  const { url } = await signIn(bench, browser, subject);
  isHeld = false;
  return () => browser.open(url);
}

async function sessionOf({ gateway }: Bench, browser: Browser) {
  const { status, text } = await browser.open(`${gateway}/session`);
  return (status === 200 ? JSON.parse(text) : {}) as { name?: string; scopes?: string[] };
}

function expectThat(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

/** Installs the provider, starts it and one more gateway beside the running stack, and goes through every situation. */
export async function checkSignIn(directory: string, env: NodeJS.ProcessEnv): Promise<SignInRow[]> {
  const causeOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
  const rows: SignInRow[] = [];
  const names = Object.keys(situations);
  let version = '';
  try {
    version = await install(directory);
  } catch (error) {
    const cause = causeOf(error);
    return names.map((situation) => ({ version, situation, result: 'not checked', cause }));
  }
  await withBench(directory, env, async (bench) => {
    for (const [situation, check] of Object.entries(situations)) {
      try {
        await check(bench);
        rows.push({ version, situation, result: 'passed' });
      } catch (error) {
        rows.push({ version, situation, result: 'failed', cause: causeOf(error) });
      }
    }
  });
  return rows;
}

async function install(directory: string): Promise<string> {
  const cwd = join(directory, 'oidc');
  const manifest = join(cwd, 'node_modules', oidcProvider, 'package.json');
  if (!existsSync(manifest)) {
    mkdirSync(cwd, { recursive: true });
    writeFileSync(join(cwd, 'package.json'), '{"private":true}');
    await runCommand(['npm', 'install', '-s', oidcProvider], { cwd });
  }
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}

async function withBench(
  directory: string,
  env: NodeJS.ProcessEnv,
  run: (bench: Bench) => Promise<void>,
): Promise<void> {
  const [port, gatewayPort] = [await freePort(), await freePort()];
  const [gateway, issuer] = [`http://127.0.0.1:${gatewayPort}`, `http://127.0.0.1:${port}`];
  const secret = randomBytes(16).toString('hex');
  const settings = { port, secret, redirectUri: `${gateway}/session/oidc/callback` };
  const running: { provider: Running; gateway?: Running } = {
    provider: await startProvider(directory, settings),
  };
  try {
    running.gateway = await startGateway(gatewayPort, {
      ...env,
      PUBLIC_URL: gateway,
      OIDC_ISSUER: issuer,
      OIDC_CLIENT_ID: 'bridge',
      OIDC_CLIENT_SECRET: secret,
    });
    await run({
      gateway,
      issuer,
      cli: (...args) => runCommand([...nodeArgs, join(checkout, 'cli/bridge.ts'), ...args], { env }),
      stopProvider: () => running.provider.stop(),
      async restartProvider() {
        await running.provider.stop();
        running.provider = await startProvider(directory, settings);
      },
    });
  } finally {
    await running.gateway?.stop();
    await running.provider.stop();
  }
}
