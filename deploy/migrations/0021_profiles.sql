-- A person's profile as it was stated, merged, with the ids of the latest events that changed it. Sealed with the person's key.
create table ingest.profiles (
  subject_id uuid primary key,
  updated_at timestamptz not null default now(),
  sealed bytea not null
);
alter table ingest.profiles alter column sealed set storage external;
