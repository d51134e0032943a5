/** `GET /keys`. */
export type ApiKey = {
  readonly key_id: string;
  readonly label: string;
  readonly scopes: readonly string[];
  readonly users: readonly string[] | null;
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly revoked_at: string | null;
  readonly last_used_at: string | null;
};

export type KeyPage = { readonly keys: readonly ApiKey[]; readonly next: string | null };

/** `POST /keys`: the one time that the key itself is said. */
export type NewKey = { readonly key: string; readonly key_id: string };
