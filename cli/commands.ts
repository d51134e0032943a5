import { developerCommands } from './developer-commands.ts';

export { developerCommands };
import type { CommandLoaders } from './run-program.ts';

/** The operators' commands, by name. */
export const operatorCommands = {
  alerts: async () => (await import('./alerts/command.ts')).alertsCommand,
  answer: async () => (await import('./answer/command.ts')).answerCommand,
  backtest: async () => (await import('./backtest/command.ts')).backtestCommand,
  'dead-letters': async () => (await import('./dead-letters/command.ts')).deadLettersCommand,
  explain: async () => (await import('./decisions/explain.ts')).explainCommand,
  import: async () => (await import('./import/command.ts')).importCommand,
  keys: async () => (await import('./keys/command.ts')).keysCommand,
  local: async () => (await import('./local/command.ts')).localCommand,
  migrate: async () => (await import('./migrate/command.ts')).migrateCommand,
  replay: async () => (await import('./decisions/replay.ts')).replayCommand,
  'reset-position': async () => (await import('./reset-position/command.ts')).resetPositionCommand,
  schemas: async () => (await import('./schemas/command.ts')).schemasCommand,
  'sign-in': async () => (await import('./sign-in/command.ts')).signInCommand,
  state: async () => (await import('./state/command.ts')).stateCommand,
  tail: async () => (await import('./tail/command.ts')).tailCommand,
  topics: async () => (await import('./topics/command.ts')).topicsCommand,
  verify: async () => (await import('./decisions/verify.ts')).verifyCommand,
} satisfies CommandLoaders;

/** Earlier names, which deployment guides use. */
export const commandAliases = {
  'create-topics': operatorCommands.topics,
  'register-schemas': operatorCommands.schemas,
} satisfies CommandLoaders;

/** Every name that `npm run bridge -- <name>` accepts. */
export const commandNames: readonly string[] = [
  ...Object.keys(operatorCommands),
  ...Object.keys(commandAliases),
  ...developerCommands.map(({ name }) => name),
];
