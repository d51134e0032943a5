-- Persons and their data keys. Ordinary backups leave this schema out: it is backed up apart and kept at most
-- 7 days, so that an erased person is unreadable in every backup after that.

-- `user_index` is an HMAC of the user id: the only way from a user id to its rows.
create table keys.subjects (
  subject_id uuid primary key,
  user_index bytea not null unique,
  user_id_sealed bytea not null,
  created_at timestamptz not null default now(),
  erased_at timestamptz null
);

-- The person's AES-256-GCM key, wrapped by the key-encryption key `kek_id`. Deleting this row erases the person.
create table keys.subject_keys (
  subject_id uuid primary key references keys.subjects,
  kek_id text not null,
  wrapped bytea not null
);
create index subject_keys_kek on keys.subject_keys (kek_id);

-- Keys that belong to no person, e.g. `service`: seals what arrives before a person is known.
create table keys.service_keys (
  name text primary key,
  kek_id text not null,
  wrapped bytea not null,
  created_at timestamptz not null default now()
);

grant select, insert on keys.subjects, keys.subject_keys, keys.service_keys
  to bridge_ingest, bridge_cognition, bridge_alerts, bridge_gateway;
