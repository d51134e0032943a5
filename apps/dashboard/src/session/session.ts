import { signal } from '@preact/signals';
import { failureOf, type Failure } from '../api/failure.ts';
import { send, type Answer } from '../api/request.ts';

export type SignInMethods = {
  readonly key: boolean;
  readonly link: boolean;
  readonly oidc: { readonly issuer: string } | null;
};

export type SessionBody = {
  readonly name?: string;
  readonly scopes: readonly string[];
  /** null: everybody. */
  readonly users: readonly string[] | null;
  readonly expires_at?: string | null;
  readonly methods?: SignInMethods;
};

export type Session =
  | { readonly state: 'unknown'; readonly failure?: Failure }
  | { readonly state: 'signed_out'; readonly message?: string; readonly methods: SignInMethods }
  | ({ readonly state: 'signed_in' } & SessionBody);

const plainMethods: SignInMethods = { key: true, link: true, oidc: null };

export const session = signal<Session>({ state: 'unknown' });

/** `admin` implies every other scope. */
export function maySee(scope: string): boolean {
  const current = session.value;
  if (current.state !== 'signed_in') return false;
  return current.scopes.includes(scope) || current.scopes.includes('admin');
}

export async function loadSession(message?: string): Promise<void> {
  const response = await fetch('/session').catch(() => undefined);
  if (response === undefined || response.status >= 500 || response.status === 429) {
    session.value = { state: 'unknown', failure: failureOf(response?.status) };
    return;
  }
  const body = (await response.json().catch(() => ({}))) as Partial<SessionBody>;
  const methods = body.methods ?? plainMethods;
  if (!response.ok) {
    session.value = { state: 'signed_out', methods, ...(message !== undefined && { message }) };
    return;
  }
  session.value = { ...body, state: 'signed_in', scopes: body.scopes ?? [], users: body.users ?? null };
}

/** The session ended while the page was open. */
export function showSignedOut(message: string): void {
  if (session.value.state === 'signed_in') void loadSession(message);
}

export async function signIn(
  proof: { readonly key: string } | { readonly link: string },
): Promise<Answer<SessionBody>> {
  const answer = await send<SessionBody>('POST', '/session', proof);
  if (answer.ok) await loadSession();
  return answer;
}

export async function signOut(): Promise<void> {
  await send('DELETE', '/session');
  location.reload();
}
