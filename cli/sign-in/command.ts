import { linkMinutes, type Grant, type OidcSubject } from '@bridge/auth';
import type { Log } from '@bridge/core';
import type { Env } from '@bridge/service-runtime';
import { Command, InvalidArgumentError } from 'commander';
import { httpUrl } from '../api/api-options.ts';
import { tableLines } from '../api/table.ts';
import { addExamples } from '../examples.ts';
import { withKeyTools } from '../keys/connect.ts';
import { withLocalEnv } from '../local/local-env.ts';
import type { Print } from '../run-program.ts';
import { addScopeOptions, type ScopeOptions } from '../scope-options.ts';

type LinkOptions = ScopeOptions & {
  readonly url: string;
  readonly operator: string;
  readonly json?: boolean;
};
type GrantOptions = ScopeOptions & {
  readonly issuer?: string;
  readonly operator: string;
  readonly json?: boolean;
};

/**
 * `sign-in`: a one-time link to the dashboard, and who may sign in at the OIDC provider. Reads POSTGRES_ADMIN_URL,
 * LANGGRAPH_AES_KEY and BRIDGE_INDEX_KEY, or without a database `.local/env`.
 */
export function signInCommand(given: Env, _log: Log, print: Print): Command {
  const env = withLocalEnv(given);
  const command = new Command('sign-in')
    .description('Print a one-time link to the dashboard, and say who may sign in at the OIDC provider.')
    .addCommand(linkCommand(env, print), { isDefault: true })
    .addCommand(grantCommand(env, print))
    .addCommand(revokeCommand(env, print))
    .addCommand(listCommand(env, print));
  return addExamples(command, 'sign-in', 'sign-in grant ada@example.com --scope stream --user u1');
}

function linkCommand(env: Env, print: Print): Command {
  const url = env['BRIDGE_URL'] ?? env['PUBLIC_URL'] ?? env['BRIDGE_EDGE_URL'] ?? 'http://localhost:8888';
  const command = new Command('link')
    .description(`Print a link that signs one browser in, once, within ${linkMinutes} minutes.`)
    .option('--url <url>', 'the address at which the browser reaches the bridge', httpUrl, url)
    .option('--operator <name>', 'who makes it, for the audit', operatorName, 'local')
    .option('--json', 'print one line of JSON');
  addScopeOptions(command, { scope: ' (default: admin)' }).action(
    async ({ url: base, operator, scope = ['admin'], user, json }: LinkOptions) => {
      const { token, expiresAt } = await withKeyTools(env, ({ signIn }) =>
        signIn.createSignInLink({
          keyId: 'operator',
          accessor: `operator:${operator}`,
          scopes: new Set(scope),
          users: user && new Set(user),
        }),
      );
      const link = new URL(`/#sign-in=${token}`, base).href;
      if (json === true) print(JSON.stringify({ url: link, expires_at: expiresAt }));
      else print(`${link}\nIt signs in one browser, once, within ${linkMinutes} minutes.`);
    },
  );
  return addExamples(command, 'sign-in link', 'sign-in link --scope stream --user ada');
}

function grantCommand(env: Env, print: Print): Command {
  const command = subjectCommand('grant', env)
    .description('Let a subject of the OIDC provider sign in, or change what it may see.')
    .option('--operator <name>', 'who decides it, for the record', operatorName, 'local');
  addScopeOptions(command, { scope: '' }).action(
    async (subject: string, { issuer, operator, scope, user, json }: GrantOptions) => {
      if (scope === undefined) throw new InvalidArgumentError('Give at least one --scope.');
      const account = accountOf(env, subject, issuer);
      const grant = { ...account, scopes: scope, users: user, grantedBy: `operator:${operator}` };
      const { grantId } = await withKeyTools(env, ({ grants }) => grants.grant(grant));
      if (json === true) print(JSON.stringify({ grant_id: grantId }));
      else print(`${grantId}  ${subject} may sign in: ${scope.join(', ')}, ${personsOf(user)}.`);
    },
  );
  return addExamples(
    command,
    'sign-in grant ada@example.com --scope stream --scope alerts',
    'sign-in grant 248289761001 --issuer https://id.example.com --scope stream --user ada',
  );
}

function revokeCommand(env: Env, print: Print): Command {
  const command = subjectCommand('revoke', env)
    .description("Take a subject's grant away. Its sessions end within a second.")
    .action(async (subject: string, { issuer, json }: GrantOptions) => {
      const account = accountOf(env, subject, issuer);
      const revoked = await withKeyTools(env, ({ grants }) => grants.revoke(account));
      if (!revoked) throw new Error('This subject has no grant. See npm run bridge -- sign-in list.');
      if (json === true) print(JSON.stringify({ revoked }));
      else print(`${subject} can no longer sign in.`);
    });
  return addExamples(command, 'sign-in revoke ada@example.com');
}

function listCommand(env: Env, print: Print): Command {
  const command = new Command('list')
    .description('List who may sign in at the OIDC provider.')
    .option('--all', 'also grants that were taken away')
    .option('--json', 'print one line of JSON')
    .action(async ({ all, json }: { all?: boolean; json?: boolean }) => {
      const found = await withKeyTools(env, ({ grants }) => grants.list());
      const shown = found.filter(({ revokedAt }) => all === true || revokedAt === undefined);
      if (json === true) print(JSON.stringify({ grants: shown.map(grantDocument) }));
      else if (shown.length === 0) print('Nobody may sign in at the OIDC provider.');
      else for (const line of tableLines(head, shown.map(rowOf))) print(line);
    });
  return addExamples(command, 'sign-in list', 'sign-in list --all --json');
}

function subjectCommand(name: string, env: Env): Command {
  return new Command(name)
    .argument('<subject>', 'the subject as the provider names it: the claim `sub`')
    .option('--issuer <url>', 'the provider (default: OIDC_ISSUER)', httpUrl, env['OIDC_ISSUER'])
    .option('--json', 'print one line of JSON');
}

function accountOf(env: Env, subject: string, issuer: string | undefined): OidcSubject {
  if (issuer === undefined || issuer === '')
    throw new Error('No provider is named: set OIDC_ISSUER as the gateway has it, or give --issuer.');
  return { issuer, subject };
}

/** It stands in the audit for as long as that is kept. */
function operatorName(text: string): string {
  if (/^[\w.-]{1,40}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be 1 to 40 letters, digits, dots, dashes and underscores.');
}

const head = ['id', 'subject', 'scopes', 'persons', 'granted', 'by', 'state'];

function rowOf({ grantId, subject, scopes, users, grantedAt, grantedBy, revokedAt }: Grant): string[] {
  const state = revokedAt === undefined ? 'active' : `revoked ${revokedAt.toISOString()}`;
  return [grantId, subject, scopes.join(','), personsOf(users), grantedAt.toISOString(), grantedBy, state];
}

function personsOf(users: readonly string[] | undefined): string {
  if (users === undefined) return 'everyone';
  return users.length === 1 ? '1 person' : `${users.length} persons`;
}

function grantDocument({ grantId, issuer, subject, scopes, users, ...grant }: Grant) {
  return {
    grant_id: grantId,
    issuer,
    subject,
    scopes,
    users: users ?? null,
    granted_by: grant.grantedBy,
    granted_at: grant.grantedAt,
    revoked_at: grant.revokedAt ?? null,
  };
}
