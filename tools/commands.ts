import type { CommandLoaders } from '@bridge/cli/run-program';

/** The developers' commands of `npm run bridge`, by name. `cli/developer-commands.ts` lists the same names. */
export const commands = {
  'deploy-check': async () => (await import('./deploy-check/command.ts')).deployCheckCommand,
  'prepare-tests': async () => (await import('./prepare-tests/command.ts')).prepareTestsCommand,
  'proofs-document': async () => (await import('./lab/proofs-document/command.ts')).proofsDocumentCommand,
  simulate: async () => (await import('./lab/simulate/command.ts')).simulateCommand,
} satisfies CommandLoaders;
