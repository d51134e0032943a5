import { describe, expect, it } from 'vitest';
import { createReleases } from './releases.ts';

function closeables(failing: readonly string[] = []) {
  const closed: string[] = [];
  const named = (name: string) => ({
    close() {
      closed.push(name);
      if (failing.includes(name)) throw new Error(`${name} failed`);
    },
  });
  return { closed, named };
}

describe('releases', () => {
  it('closes in reverse order, once', async () => {
    const { closed, named } = closeables();
    const releases = createReleases();
    await releases.use(named('pool'));
    await releases.use(Promise.resolve(named('server')));
    await Promise.all([releases.releaseAll(), releases.releaseAll()]);
    await releases.releaseAll();
    expect(closed).toEqual(['server', 'pool']);
  });

  it('continues past a failing close and rethrows the first error', async () => {
    const { closed, named } = closeables(['server', 'pool']);
    const releases = createReleases();
    for (const name of ['log', 'pool', 'server']) await releases.use(named(name));
    await expect(releases.releaseAll()).rejects.toThrow('server failed');
    expect(closed).toEqual(['server', 'pool', 'log']);
  });

  it('does not register what failed to open', async () => {
    const releases = createReleases();
    await expect(releases.use(Promise.reject(new Error('no route')))).rejects.toThrow('no route');
    await releases.releaseAll();
  });

  it('closes at once what opens after the stop, and ends the start', async () => {
    const { closed, named } = closeables();
    const releases = createReleases();
    await releases.releaseAll();
    await expect(releases.use(named('late'))).rejects.toThrow('already stopping');
    expect(closed).toEqual(['late']);
  });
});
