import { isScope, scopes, type Scope } from '@bridge/auth';
import { type Log } from '@bridge/core';
import { type Env } from '@bridge/service-runtime';
import { rewrapKeys } from '@bridge/vault';
import { Command, InvalidArgumentError } from 'commander';
import { withKeyTools } from './connect.ts';
import { deriveSqlKey, runWithSqlKey } from './sql-key.ts';

export type Print = (line: string) => void;

/** `keys create | list | revoke | rewrap | sql`. Reads POSTGRES_ADMIN_URL, LANGGRAPH_AES_KEY and BRIDGE_INDEX_KEY. */
export function keysCommand(env: Env, _log: Log, print: Print = console.log): Command {
  return new Command('keys')
    .description('API keys, key rotation, and SQL with the key of encrypt_phi')
    .addCommand(createCommand(env, print))
    .addCommand(listCommand(env, print))
    .addCommand(revokeCommand(env, print))
    .addCommand(rewrapCommand(env, print))
    .addCommand(sqlCommand(env, print));
}

function createCommand(env: Env, print: Print): Command {
  return new Command('create')
    .description('make an API key; it is printed once')
    .requiredOption('--scope <scope>', `one or more of ${scopes.join(', ')}`, collectScope, [])
    .option('--user <user id>', 'the only persons it may see or send for; everyone when missing', collect)
    .requiredOption('--label <text>', 'what it is for; no name of a person')
    .action(async ({ scope, user, label }: { scope: Scope[]; user?: string[]; label: string }) => {
      const { keyId, key } = await withKeyTools(env, ({ keyRing }) =>
        keyRing.createKey({ label, scopes: scope, users: user }),
      );
      print(`${keyId}  ${key}`);
    });
}

function listCommand(env: Env, print: Print): Command {
  return new Command('list').description('all API keys, without the keys themselves').action(async () => {
    for (const key of await withKeyTools(env, ({ keyRing }) => keyRing.listKeys())) {
      const state = key.revokedAt ? `revoked ${key.revokedAt.toISOString()}` : 'active';
      const users = key.users === undefined ? 'everyone' : `${String(key.users.length)} persons`;
      print([key.keyId, state, key.scopes.join(','), users, key.label].join('  '));
    }
  });
}

function revokeCommand(env: Env, print: Print): Command {
  return new Command('revoke')
    .description('make an API key worthless; services refuse it within a second')
    .argument('<key id>')
    .action(async (keyId: string) => {
      const revoked = await withKeyTools(env, ({ keyRing }) => keyRing.revokeKey(keyId));
      if (!revoked) throw new Error('There is no active key with this id.');
      print(`${keyId} is revoked`);
    });
}

function rewrapCommand(env: Env, print: Print): Command {
  return new Command('rewrap')
    .description('wrap all data keys with the first key of LANGGRAPH_AES_KEY')
    .action(async () => {
      const { rewrapped, failed } = await withKeyTools(env, ({ query, keks }) => rewrapKeys(query, keks));
      print(`${String(rewrapped)} keys rewrapped`);
      if (failed > 0) throw new Error(`${String(failed)} keys could not be opened and stay as they are.`);
    });
}

function sqlCommand(env: Env, print: Print): Command {
  return new Command('sql')
    .description('run one statement with bridge.sql_key, or print how to set it in a session of your own')
    .argument('[statement]')
    .action(async (statement: string | undefined) => {
      await withKeyTools(env, async ({ adminUrl, vault }) => {
        const sqlKey = deriveSqlKey(await vault.serviceKey());
        if (statement === undefined) {
          print(`set bridge.sql_key = '${sqlKey}';`);
          return;
        }
        for (const row of await runWithSqlKey({ adminUrl, sqlKey, statement })) print(JSON.stringify(row));
      });
    });
}

function collect(value: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), value];
}

function collectScope(value: string, previous: Scope[]): Scope[] {
  if (!isScope(value)) throw new InvalidArgumentError(`It must be one of ${scopes.join(', ')}.`);
  return [...previous, value];
}
