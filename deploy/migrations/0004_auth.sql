-- Who may call. Only SHA-256 hashes of keys, links and cookies are stored; lists of user ids are sealed.
create table auth.api_keys (
  key_id text primary key,
  hash bytea not null unique,
  label text not null,
  scopes text[] not null,
  users bytea null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz null
);

create table auth.sign_in_links (
  hash bytea primary key,
  principal jsonb not null,
  expires_at timestamptz not null,
  used_at timestamptz null
);

create table auth.sessions (
  hash bytea primary key,
  principal jsonb not null,
  expires_at timestamptz not null
);
create index sessions_expiry on auth.sessions (expires_at);

grant select on auth.api_keys, auth.sessions
  to bridge_ingest, bridge_cognition, bridge_alerts, bridge_gateway;
grant select, insert, update, delete on auth.sessions, auth.sign_in_links to bridge_gateway;
