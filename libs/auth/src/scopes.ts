/** The permissions of a key. `admin` implies all others. */
export const scopes = ['ingest', 'stream', 'analyze', 'alerts', 'profile', 'connections', 'admin'] as const;
export type Scope = (typeof scopes)[number];

export function isScope(text: string): text is Scope {
  return (scopes as readonly string[]).includes(text);
}
