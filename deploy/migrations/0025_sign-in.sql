-- Sign-in names who it is, and the admin's views of the dashboard read what other services keep.

alter table auth.api_keys
  add column expires_at timestamptz null,
  -- To the minute.
  add column last_used_at timestamptz null;

-- What a subject of the OIDC provider may see. A subject is often an e-mail address or a person's user id.
create table auth.sign_in_grants (
  grant_id text primary key,
  -- HMAC of issuer and subject: the only way from a subject to its row.
  subject_index bytea not null,
  -- Issuer and subject, sealed with the service key.
  subject bytea not null,
  scopes text[] not null,
  users bytea null,
  granted_by text not null,
  granted_at timestamptz not null default now(),
  revoked_at timestamptz null
);
create unique index sign_in_grants_subject on auth.sign_in_grants (subject_index) where revoked_at is null;

-- Those of before do not say who opened them.
delete from auth.sessions;
delete from auth.sign_in_links;

grant select on auth.sign_in_grants to bridge_ingest, bridge_cognition, bridge_alerts, bridge_gateway;

-- `POST /keys` and `DELETE /keys/{key_id}`. Nothing else of a key changes, and no revocation is taken back.
grant insert (key_id, hash, label, scopes, users, expires_at) on auth.api_keys to bridge_gateway;
create function auth.revoke_key(id text) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update auth.api_keys set revoked_at = now() where key_id = id and revoked_at is null;
  return found;
end
$$;
revoke execute on function auth.revoke_key(text) from public;
grant execute on function auth.revoke_key(text) to bridge_gateway;

-- Rows that another service is just marking are left to it: two of them never wait for each other.
create function auth.note_key_use(ids text[]) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update auth.api_keys set last_used_at = now()
   where key_id in (
     select key_id from auth.api_keys
      where key_id = any(ids) and (last_used_at is null or last_used_at < now() - interval '1 minute')
        for update skip locked)
$$;
revoke execute on function auth.note_key_use(text[]) from public;
grant execute on function auth.note_key_use(text[])
  to bridge_ingest, bridge_cognition, bridge_alerts, bridge_gateway;

-- `GET /audit`.
grant select on public.phi_access_log to bridge_gateway;
create index phi_access_log_time on public.phi_access_log (access_time desc);
create index phi_access_log_accessor on public.phi_access_log (accessor_id, access_time desc);

-- `GET /pipeline`: counts and positions, nothing of anybody.
create schema if not exists shared;
grant usage on schema shared to bridge_gateway;

create view shared.positions as
  select consumer, topic, partition, next_offset from cognition.positions
  union all
  select consumer, topic, partition, next_offset from alerts.positions;

create view shared.outboxes as
  select service,
         count(*) filter (where waits) as pending,
         count(*) filter (where not waits) as parked,
         extract(epoch from now() - min(created_at) filter (where waits)) as oldest_seconds
    from (
      select 'webhook-ingest' as service, parked_at is null as waits, created_at from ingest.outbox
      union all
      select 'cognition', parked_at is null, created_at from cognition.outbox
      union all
      select 'alerts', parked_at is null, created_at from alerts.outbox
    ) rows
   group by service;

grant select on shared.positions, shared.outboxes to bridge_gateway;

-- A function and no view: graphile-worker changes its own tables, and makes them after these migrations.
create function shared.jobs()
returns table (name text, pending bigint, failing bigint, oldest_seconds double precision)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if to_regclass('graphile_worker._private_jobs') is null then
    return;
  end if;
  return query
    select t.identifier::text,
           count(*) filter (where j.attempts < j.max_attempts),
           count(*) filter (where j.last_error is not null),
           -- Not run_at: that is a sort key for notices.
           extract(epoch from now() - min(j.created_at))::float8
      from graphile_worker._private_jobs j
      join graphile_worker._private_tasks t on t.id = j.task_id
     group by t.identifier
     order by t.identifier;
end
$$;
revoke execute on function shared.jobs() from public;
grant execute on function shared.jobs() to bridge_gateway;
