import { expect, test, vi } from 'vitest';
import { fromEnvironment } from './environment.ts';

test('says what is missing and how to get it', () => {
  vi.stubEnv('REDIS_URL', '');
  expect(() => fromEnvironment('REDIS_URL')).toThrow(
    /REDIS_URL is not set, so Redis can't be reached\. Run "npm test"/,
  );
  vi.stubEnv('REDIS_URL', 'redis://localhost:1');
  expect(fromEnvironment('REDIS_URL')).toBe('redis://localhost:1');
  vi.unstubAllEnvs();
});
