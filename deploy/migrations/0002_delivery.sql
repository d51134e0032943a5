-- What the delivery rules stand on: one transaction moves a position, records event keys and fills the outbox.

-- Raises with SQLSTATE `state` unless both counts are equal. A statement that changes no row does not stop a
-- pipelined COMMIT; this does. States: BB001 position moved, BB002 state changed, BB003 key exists.
create function delivery.expect_rows(actual bigint, expected bigint, state text) returns void
language plpgsql as $$
begin
  if actual is distinct from expected then
    raise exception using
      errcode = state,
      message = format('expected %s rows to change, found %s', expected, actual);
  end if;
end
$$;
grant execute on function delivery.expect_rows(bigint, bigint, text)
  to bridge_ingest, bridge_cognition, bridge_alerts, bridge_gateway;

-- Messages that are committed but not yet on Kafka. A row leaves when the broker has it; one that the broker
-- refuses for good is parked.
create table ingest.outbox (
  id bigint generated always as identity primary key,
  subject_id uuid null,
  ce_id text not null,
  topic text not null,
  origin text null,
  sealed bytea not null,
  created_at timestamptz not null default now(),
  parked_at timestamptz null,
  park_reason text null
);
-- Ciphertext does not compress; without this PostgreSQL tries on every long row.
alter table ingest.outbox alter column sealed set storage external;
create index outbox_subject on ingest.outbox (subject_id);

create table cognition.outbox (like ingest.outbox including all);
create table alerts.outbox (like ingest.outbox including all);

-- How far a consumer has decided. `last_*` describe the last message read, to notice a topic that was made anew.
create table cognition.positions (
  consumer text not null,
  topic text not null,
  partition int not null,
  next_offset bigint not null,
  cluster_id text not null,
  last_offset bigint null,
  last_time timestamptz null,
  last_hash bytea null,
  primary key (consumer, topic, partition)
) with (fillfactor = 50);
create table alerts.positions (like cognition.positions including all) with (fillfactor = 50);

-- Ids that were decided on. Partitioned by hash because a table partitioned by time cannot have the id as its key.
create table cognition.event_keys (
  key bytea not null,
  content_hash bytea null,
  day date not null default current_date,
  primary key (key)
) partition by hash (key);
create table alerts.event_keys (like cognition.event_keys including all) partition by hash (key);

do $$
declare
  parent text;
begin
  foreach parent in array array['cognition', 'alerts'] loop
    for part in 0..15 loop
      execute format(
        'create table %1$I.event_keys_%2$s partition of %1$I.event_keys for values with (modulus 16, remainder %3$s)',
        parent, lpad(part::text, 2, '0'), part);
    end loop;
  end loop;
end
$$;
