import { isScope, scopes, type Scope } from '@bridge/auth';
import { InvalidArgumentError, type Command } from 'commander';

export type ScopeOptions = { readonly scope?: readonly Scope[]; readonly user?: readonly string[] };

/** Adds `--scope` and `--user`, each repeatable. */
export function addScopeOptions(command: Command, { scope }: { readonly scope: string }): Command {
  return command
    .option('--scope <scope>', `one or more of ${scopes.join(', ')}${scope}`, collectScope)
    .option('--user <user id>', 'a person that it may see, repeatable (default: everyone)', collect);
}

/** Collects the values of a repeatable option. */
export function collect(value: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), value];
}

/** @throws InvalidArgumentError */
export function collectScope(value: string, previous: Scope[] | undefined): Scope[] {
  if (!isScope(value)) throw new InvalidArgumentError(`It must be one of ${scopes.join(', ')}.`);
  return [...(previous ?? []), value];
}
