/** Exchanges the one-time link of the address, if there is one. Returns what went wrong, or undefined. */
export async function useSignInLink() {
  const link = /^#sign-in=([\w-]+)$/.exec(location.hash)?.[1];
  if (!link) return undefined;
  // The link works once; in the history it would only mislead.
  history.replaceState(null, '', location.pathname);
  const response = await fetch('/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ link }),
  });
  if (response.ok) return undefined;
  const { detail, title } = await response.json();
  return detail ?? title;
}

/** `{ scopes, users }` of the session; undefined when there is none, or it is over. `users` is null for everyone. */
export async function currentSession() {
  const response = await fetch('/session');
  if (response.status === 401 || response.status === 403) return undefined;
  if (!response.ok) throw new Error('The session can not be read now.');
  return response.json();
}

export async function endSession() {
  await fetch('/session', { method: 'DELETE' });
}
