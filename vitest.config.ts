import { defineConfig } from 'vitest/config';

const resolve = { conditions: ['@bridge/source'] };
const ssr = { resolve: { conditions: ['@bridge/source'] } };

export default defineConfig({
  resolve,
  ssr,
  test: {
    projects: [
      {
        resolve,
        ssr,
        test: {
          name: 'unit',
          setupFiles: ['./vitest.properties.ts', './vitest.clock.ts'],
          include: ['{apps,libs}/*/{src,docs,test}/**/*.test.ts', '{cli,tools}/**/*.test.ts'],
          isolate: false,
          maxWorkers: '100%',
          exclude: ['**/*.int.test.ts', '**/*.e2e.test.ts', '**/node_modules/**'],
          // A test ends by its assertions; the limit only ends one that hangs, also on a busy machine.
          testTimeout: 60_000,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'int',
          setupFiles: ['./vitest.properties.ts'],
          include: ['{apps,cli,libs,tools}/**/*.int.test.ts'],
          exclude: ['**/node_modules/**'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'e2e',
          include: ['tools/e2e/**/*.e2e.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
