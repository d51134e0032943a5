import { scopes, type ApiKey, type Scope } from '@bridge/auth';
import { type Log } from '@bridge/core';
import { type Env } from '@bridge/service-runtime';
import { rewrapKeys } from '@bridge/vault';
import { Command, InvalidArgumentError } from 'commander';
import { addExamples } from '../examples.ts';
import type { Print } from '../run-program.ts';
import { collect, collectScope } from '../scope-options.ts';
import { withKeyTools } from './connect.ts';
import { deriveSqlKey, runWithSqlKey } from './sql-key.ts';

/** `keys create | list | revoke | rewrap | sql`. Reads POSTGRES_ADMIN_URL, LANGGRAPH_AES_KEY and BRIDGE_INDEX_KEY. */
export function keysCommand(env: Env, _log: Log, print: Print): Command {
  const command = new Command('keys')
    .description('Manage API keys, rotate key-encryption keys and run SQL with the key of encrypt_phi.')
    .addCommand(createCommand(env, print))
    .addCommand(listCommand(env, print))
    .addCommand(revokeCommand(env, print))
    .addCommand(rewrapCommand(env, print))
    .addCommand(sqlCommand(env, print));
  return addExamples(command, 'keys list');
}

function createCommand(env: Env, print: Print): Command {
  const command = new Command('create')
    .description('Create an API key and print it once.')
    .requiredOption('--scope <scope>', `one or more of ${scopes.join(', ')}`, collectScope)
    .option(
      '--user <user id>',
      'a person that it may read and send for, repeatable (default: everyone)',
      collect,
    )
    .requiredOption(
      '--label <text>',
      'its purpose, without the name of a person; the audit shows it',
      labelText,
    )
    .option('--expires <time>', 'when it stops working, such as 2030-12-31 (default: never)', futureTime)
    .option('--json', 'print one line of JSON')
    .action(async ({ scope, user, label, expires, json }: NewKeyOptions) => {
      const { keyId, key } = await withKeyTools(env, ({ keyRing }) =>
        keyRing.createKey({ label, scopes: scope, users: user, expiresAt: expires }),
      );
      print(json === true ? JSON.stringify({ key_id: keyId, key }) : `${keyId}  ${key}`);
    });
  return addExamples(command, 'keys create --scope ingest --user ada --label phone');
}

function listCommand(env: Env, print: Print): Command {
  const command = new Command('list')
    .description('List all API keys by id, without the keys themselves.')
    .option('--json', 'print one line of JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const keys = await withKeyTools(env, ({ keyRing }) => keyRing.listKeys());
      if (json === true) print(JSON.stringify({ keys: keys.map(keyDocument) }));
      else for (const key of keys) print(lineOf(key));
    });
  return addExamples(command, 'keys list');
}

function revokeCommand(env: Env, print: Print): Command {
  const command = new Command('revoke')
    .description('Revoke an API key. Services refuse it within a second.')
    .argument('<key id>')
    .option('--json', 'print one line of JSON')
    .action(async (keyId: string, { json }: { json?: boolean }) => {
      const revoked = await withKeyTools(env, ({ keyRing }) => keyRing.revokeKey(keyId));
      if (!revoked) throw new Error('There is no active key with this id. See npm run bridge -- keys list.');
      print(json === true ? JSON.stringify({ key_id: keyId, revoked }) : `${keyId} is revoked`);
    });
  return addExamples(command, 'keys revoke key_0a1b2c3d4e5f');
}

function rewrapCommand(env: Env, print: Print): Command {
  const command = new Command('rewrap')
    .description('Wrap all data keys with the first key of LANGGRAPH_AES_KEY.')
    .action(async () => {
      const { rewrapped, failed } = await withKeyTools(env, ({ query, keks }) => rewrapKeys(query, keks));
      print(`${String(rewrapped)} keys rewrapped`);
      if (failed > 0) throw new Error(`${String(failed)} keys could not be unwrapped and stay as they are.`);
    });
  return addExamples(command, 'keys rewrap');
}

function sqlCommand(env: Env, print: Print): Command {
  const command = new Command('sql')
    .description(
      'Run one statement with bridge.sql_key, or print the statement that sets it in your own session.',
    )
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
  return addExamples(command, `keys sql "select encrypt_phi('text', 'biometric_key_2025')"`, 'keys sql');
}

type NewKeyOptions = {
  readonly scope: Scope[];
  readonly user?: string[];
  readonly label: string;
  readonly expires?: Date;
  readonly json?: boolean;
};

function lineOf(key: ApiKey): string {
  const state = key.revokedAt ? `revoked ${key.revokedAt.toISOString()}` : 'active';
  const users = key.users === undefined ? 'everyone' : `${String(key.users.length)} persons`;
  return [key.keyId, state, key.scopes.join(','), users, key.label].join('  ');
}

function keyDocument({ keyId, label, scopes: granted, users, ...times }: ApiKey) {
  return {
    key_id: keyId,
    label,
    scopes: granted,
    users: users ?? null,
    created_at: times.createdAt,
    expires_at: times.expiresAt ?? null,
    revoked_at: times.revokedAt ?? null,
    last_used_at: times.lastUsedAt ?? null,
  };
}

function labelText(text: string): string {
  const label = text.trim();
  if (label !== '' && label.length <= 100 && !/\p{C}/u.test(label)) return label;
  throw new InvalidArgumentError('It must be 1 to 100 characters in one line.');
}

function futureTime(text: string): Date {
  const time = new Date(text);
  if (time.getTime() > Date.now()) return time;
  throw new InvalidArgumentError('It must be a time to come, such as 2030-12-31.');
}
