import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

/** Project types and what each may import; the table is explained in CONTRIBUTING.md. */
const mayImport = {
  contract: [],
  core: [],
  domain: ['contract', 'core'],
  platform: ['core', 'platform'],
  adapter: ['contract', 'core'],
  composite: ['contract', 'core', 'domain', 'platform', 'adapter', 'composite'],
  testing: ['contract', 'core', 'domain', 'platform', 'adapter', 'composite'],
  app: ['contract', 'core', 'domain', 'platform', 'adapter', 'composite', 'testing'],
  tool: ['contract', 'core', 'domain', 'platform', 'adapter', 'composite', 'testing', 'tool'],
};

/** Tests of a lib may also import these; a lib that libs/testing itself imports keeps its tests free of it. */
const testsMayAlsoImport = {
  platform: ['adapter', 'testing'],
  adapter: ['testing'],
  composite: ['testing'],
};

/** One door per package: each of these is imported by the named projects only. */
const doors = {
  'scope:core': [],
  // The UCUM library checks the unit factors in a test; see ADR 45.
  'scope:contracts': ['zod', '@lhncbc/ucum-lhc'],
  'scope:mode-policy': ['temporal-polyfill', 'yaml', 'zod'],
  'scope:kafka': [
    'kafkajs',
    'kafkajs/src/**',
    '@kafkajs/confluent-schema-registry',
    'protobufjs',
    'protobufjs/ext/**',
    'avsc',
    'snappy',
    'lz4-napi',
    'prom-client',
  ],
  'scope:postgres': ['pg', 'prom-client'],
  'scope:redis': ['ioredis', 'prom-client'],
  'scope:resilience': ['cockatiel', 'prom-client'],
  'scope:service-runtime': ['express', 'helmet', 'prom-client', 'winston', 'zod'],
  'scope:decision-store': ['prom-client', 'zod'],
  'scope:history': ['prom-client'],
  'scope:vault': ['lru-cache'],
  'scope:auth': ['express', 'lru-cache'],
  'scope:apple-export': ['fflate', 'yauzl'],
  'scope:delivery': ['prom-client', 'zod'],
  'scope:webhook-ingest': [
    'express',
    'fflate',
    'graphile-worker',
    'openid-client',
    'prom-client',
    'rate-limiter-flexible',
    'sax',
    'standardwebhooks',
    'stream-json',
    'stream-json/*',
    'zod',
  ],
  'scope:cognition': ['@langchain/*', 'lru-cache', 'prom-client', 'zod'],
  'scope:alerts': [
    'express',
    'nodemailer',
    'prom-client',
    'rate-limiter-flexible',
    'request-filtering-agent',
    'smtp-server',
    'standardwebhooks',
    'temporal-polyfill',
    'zod',
  ],
  'scope:stream-gateway': ['express', 'openid-client', 'prom-client', 'rate-limiter-flexible', 'ws', 'zod'],
  'scope:dashboard': ['@preact/signals', 'preact', 'preact/*', 'uplot', 'vite'],
};

const ingest = 'apps/webhook-ingest/src';
const ingestFeatures = ['apple', 'connections', 'flat-bodies', 'notices', 'pulls', 'silence'];
const features = `(${ingestFeatures.join('|')})`;
const ingestClients = '(^|/)(rows|formats|publishing|jobs)/|(^|/)vendor-client/(?!pages-of)|(^|/)wire\\.ts$';

/** Files of webhook-ingest that import `values` as types only, and `never` not at all. Tests and wire files may. */
const ingestRule = (files, { values, never = '^$' }) => ({
  files: files.map((path) => `${ingest}/${path}`),
  ignores: ['**/*.test.ts', '**/wire.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: values,
            allowTypeImports: true,
            message: 'Only main.ts and wire.ts files import flows, rows and clients as values.',
          },
          { regex: never, message: 'Flows and rows know nothing of HTTP.' },
        ],
      },
    ],
  },
});

const pureGlobals = [
  { object: 'Date', property: 'now', message: 'Time is an argument in domain/.' },
  { object: 'Math', property: 'random', message: 'Randomness is an argument in domain/.' },
  { object: 'crypto', property: 'randomUUID', message: 'Ids are arguments in domain/.' },
];

function boundaries(table) {
  return [
    'error',
    {
      enforceBuildableLibDependency: false,
      banTransitiveDependencies: true,
      depConstraints: [
        ...Object.entries(table).map(([type, targets]) => ({
          sourceTag: `type:${type}`,
          onlyDependOnLibsWithTags: targets.map((target) => `type:${target}`),
        })),
        ...Object.entries(doors).map(([sourceTag, allowedExternalImports]) => ({
          sourceTag,
          onlyDependOnLibsWithTags: ['*'],
          allowedExternalImports: [...allowedExternalImports, 'vitest', 'fast-check'],
        })),
      ],
    },
  ];
}

export default tseslint.config(
  { ignores: ['**/dist/**', '**/out-tsc/**', '**/coverage/**', '.local/**', '.nx/**', '**/public/**'] },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [...tseslint.configs.strictTypeChecked],
    plugins: { '@nx': nx },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@nx/enforce-module-boundaries': boundaries(mayImport),
      'max-lines': ['error', { max: 350, skipBlankLines: true }],
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Read the environment once, in main.ts, through readConfig.',
        },
      ],
      'no-console': 'error',
    },
  },
  {
    files: ['libs/*/test/**/*.ts'],
    rules: {
      '@nx/enforce-module-boundaries': boundaries(
        Object.fromEntries(
          Object.entries(mayImport).map(([type, targets]) => [
            type,
            [...targets, ...(testsMayAlsoImport[type] ?? [])],
          ]),
        ),
      ),
    },
  },
  {
    files: ['**/*.{ts,tsx}'],
    // Blocks of tests are lists.
    ignores: ['**/*.test.ts', '**/test/**/*.ts'],
    rules: { 'max-lines-per-function': ['error', { max: 80, skipBlankLines: true, skipComments: true }] },
  },
  {
    files: [
      '{cli,tools}/**/*.ts',
      '**/*.test.ts',
      '**/test/**/*.ts',
      'libs/testing/**/*.ts',
      'libs/service-runtime/src/run-service.ts',
    ],
    rules: { 'no-restricted-properties': 'off', 'no-console': 'off' },
  },
  {
    files: ['**/*.test.ts'],
    ignores: ['**/*.int.test.ts', '**/*.e2e.test.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'A unit test gives now as an argument.' },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
          message: 'A unit test gives now as an argument.',
        },
      ],
    },
  },
  {
    files: [
      'apps/*/src/{,*/}domain/**/*.ts',
      'apps/webhook-ingest/src/vendors/**/*.ts',
      'libs/contracts/src/**/*.ts',
      'libs/core/src/**/*.ts',
      'libs/mode-policy/src/**/*.ts',
    ],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-properties': ['error', ...pureGlobals],
      'no-restricted-globals': ['error', 'process', 'setTimeout', 'setInterval', 'fetch'],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
          message: 'Time is an argument in domain/.',
        },
      ],
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: '^node:(?!crypto$)', message: 'domain/ does no I/O.' },
            {
              regex: '(^|/)(adapters|http|rows|routes|formats|publishing|jobs)/|(^|/)wire\\.ts$',
              message: 'domain/ knows nothing of the outside.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['apps/*/src/adapters/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '(^|/)http/', message: 'adapters/ never import http/.' }] },
      ],
    },
  },
  {
    files: ['apps/*/src/http/**/*.ts', 'apps/*/src/*.ts'],
    ignores: ['apps/*/src/{main,wire}.ts', 'apps/*/src/*.test.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: '(^|/)adapters/', allowTypeImports: true, message: 'Only main.ts wires adapters.' },
          ],
        },
      ],
    },
  },
  ingestRule([`{${ingestFeatures.join(',')}}/*.ts`], {
    values: `${ingestClients}|^\\./[\\w-]+\\.ts$|^\\.\\./${features}/[\\w-]+\\.ts$`,
    never: '(^|/)(http|routes)/',
  }),
  ingestRule(['*/routes/**/*.ts', 'http/**/*.ts'], {
    values: `${ingestClients}|^\\.\\./[\\w-]+\\.ts$|(^|/)${features}/[\\w-]+\\.ts$`,
  }),
  ingestRule(['*/rows/**/*.ts'], {
    values: `(^|/)wire\\.ts$|^\\.\\./[\\w-]+\\.ts$|(^|/)${features}/[\\w-]+\\.ts$`,
    never: '(^|/)(http|routes)/',
  }),
);
