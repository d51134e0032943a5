import { defineConfig } from 'vite';

/** Where `npm run dev` finds a running stack. */
const edge = 'http://localhost:8888';

const served = [
  '/alerts',
  '/audit',
  '/budgets',
  '/channels',
  '/connect',
  '/connections',
  '/decisions',
  '/groups',
  '/keys',
  '/pipeline',
  '/routes',
  '/session',
  '/silences',
  '/statistics',
  '/stream',
  '/users',
];

export default defineConfig({
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: ['chrome124', 'firefox128', 'safari17.5'],
    // A polyfill would be an inline script, which the content security policy refuses, and a data URL is one more origin.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  worker: { format: 'es' },
  server: { proxy: Object.fromEntries(served.map((path) => [path, edge])) },
});
