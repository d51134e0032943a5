// Which way imports may run. `npm test` checks it; `npx depcruise --config dependency-cruiser.config.mjs apps libs tools` does it alone.
// What a project may import of another one is in eslint.config.mjs.

const app = '^apps/([^/]+)/src/';
/** Folders directly below `src/`, or below a feature of an app that is divided by feature. */
const below = (...folders) =>
  folders.flatMap((folder) => [`^apps/[^/]+/src/${folder}/`, `^apps/[^/]+/src/[^/]+/${folder}/`]);
const tests = ['[.]test[.]ts$', '/test/'];

const features = ['flat-bodies', 'notices', 'pulls', 'connections', 'silence', 'apple'];
const inFeatures = features.map((feature) => `^apps/webhook-ingest/src/${feature}/`);
const shared = ['vendors', 'vendor-client', 'documents', 'publishing', 'jobs', 'signatures', 'http'];

/** Flows: files directly below `src/` or a feature's folder that tell a story. What wires them, and what everybody reads, is none. */
const flow = {
  path: [
    ...features.map((feature) => `^apps/webhook-ingest/src/${feature}/[^/]+[.]ts$`),
    '^apps/[^/]+/src/[^/]+[.]ts$',
  ],
  pathNot: ['/(main|wire|config|metrics)[.]ts$', '-metrics[.]ts$', '[.]test[.]ts$'],
};
/** Only these build things. */
const wiring = ['/(main|wire)[.]ts$', ...tests];

export default {
  forbidden: [
    {
      name: 'no-circle',
      comment: 'A circle, of types too: move what both sides need into a file of its own.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'libs-never-import-apps',
      comment: 'Code that a lib needs moves into a lib.',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^(apps|cli|tools)/' },
    },
    {
      name: 'apps-never-import-each-other',
      severity: 'error',
      from: { path: app },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'domain-knows-no-outside',
      comment: 'domain/ is pure: it imports no rows, routes, adapters, clients or flows, types included.',
      severity: 'error',
      from: { path: below('domain'), pathNot: tests },
      to: {
        path: [
          ...below('rows', 'routes', 'http', 'adapters'),
          '^apps/[^/]+/src/(vendor-client|publishing|jobs)/',
          ...flow.path,
        ],
        pathNot: flow.pathNot,
      },
    },
    {
      name: 'rows-never-import-routes',
      severity: 'error',
      from: { path: below('rows', 'adapters'), pathNot: tests },
      to: { path: below('routes', 'http') },
    },
    {
      name: 'only-wiring-builds-flows',
      comment:
        'Only main.ts and wire.ts files import flows as values; elsewhere a flow arrives as an argument.',
      severity: 'error',
      from: { path: app, pathNot: wiring },
      to: { ...flow, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'shared-folders-never-import-features',
      comment: 'What several features share knows none of them.',
      severity: 'error',
      from: {
        path: shared.map((folder) => `^apps/webhook-ingest/src/${folder}/`),
        pathNot: [...tests, '/wire[.]ts$'],
      },
      to: { path: inFeatures },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(node_modules|dist|out-tsc|coverage)/' },
    // Imports of types count; the rules that mean values only say so.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@bridge/source', 'import', 'node', 'default'],
    },
  },
};
