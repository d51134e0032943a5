-- Flat and manual bodies as they came, written beside their events, a batch in one statement. Rows are only ever added: a
-- body that comes again is one more row, and the first one counts. They go with their month.

-- In `public`, where delivery looks after partitions. Native ones under TimescaleDB too: ciphertext does not compress, and
-- compressing would take the index away.
create table public.raw_bodies (
  received_at timestamptz not null default now(),
  event_id bytea not null,
  subject_id uuid not null,
  sealed bytea not null
) partition by range (received_at);
alter table public.raw_bodies alter column sealed set storage external;
create table public.raw_bodies_default
  (like public.raw_bodies including defaults including storage);
alter table public.raw_bodies attach partition public.raw_bodies_default default;
insert into delivery.timed_tables values ('raw_bodies', 'received_at');

-- Event ids are random: a btree would write a page of its own for nearly every row, and they are asked for rarely. Filters say
-- which 256 kB may hold an id; together they are a fiftieth of the table. Autovacuum makes them when the next 256 kB begin.
create index raw_bodies_event on public.raw_bodies
  using brin (event_id bytea_bloom_ops (n_distinct_per_range = 2000, false_positive_rate = 0.001))
  with (pages_per_range = 32, autosummarize = on);

-- The first body of an event. The planner takes random values for a reason to read the whole table, so it is told not to.
create function ingest.raw_body_of(wanted bytea) returns setof public.raw_bodies
language sql stable set enable_seqscan = off set jit = off as $$
  select * from public.raw_bodies where event_id = wanted order by received_at, ctid limit 1
$$;

grant select, insert on public.raw_bodies to bridge_ingest;
revoke execute on function ingest.raw_body_of(bytea) from public;
grant execute on function ingest.raw_body_of(bytea) to bridge_ingest;

select delivery.make_partitions(3);
