-- What apps look back at. Times, metrics, modes and counts stay readable for operations; values, devices and places are sealed
-- with the person's key.

-- What another service may read of a service's own tables.
create schema if not exists shared;
grant usage on schema shared to bridge_ingest, bridge_cognition, bridge_alerts, bridge_gateway;

-- One row per person, metric and finished local day. `summary`: the day's figures, devices and usual value; `bins`: five minutes
-- each. `sleep` stands for the nights that ended on the day.
create table public.reading_blocks (
  subject_id uuid not null,
  metric text not null,
  day date not null,
  summary bytea not null,
  bins bytea null,
  primary key (subject_id, metric, day)
) with (autovacuum_vacuum_scale_factor = 0.05);
alter table public.reading_blocks alter column summary set storage external, alter column bins set storage external;
grant select, insert, update, delete on public.reading_blocks to bridge_cognition;
grant select on public.reading_blocks to bridge_gateway;

-- How far a person's blocks go. Everything that was measured before `finished_until` is in blocks; null: nothing yet.
-- `sealed`: the zones of the days, and the newest reading of each metric and device in the blocks.
create table cognition.reading_progress (
  subject_id uuid primary key,
  finished_until timestamptz null,
  due_at timestamptz not null,
  sealed bytea null
) with (fillfactor = 80);
create index reading_progress_due on cognition.reading_progress (due_at);

-- Finished days that got an event later, in UTC.
create table cognition.late_days (
  subject_id uuid not null,
  day date not null,
  primary key (subject_id, day)
);

-- Events written before are known to `late_days`.
create table cognition.late_watermark (
  only_row boolean primary key default true check (only_row),
  written_until timestamptz not null
);
insert into cognition.late_watermark (written_until) values (now());

-- When a row was written: finds what came late without a word of the decision's transaction. Null in rows from before. Rows of
-- one time lie together, so that an index of a few pages is enough.
alter table public.biometric_events add column written_at timestamptz null;
alter table public.biometric_events alter column written_at set default now();
create index biometric_events_written on public.biometric_events
  using brin (written_at) with (pages_per_range = 32, autosummarize = on);

-- For the list of people: since when a person is in the mode, and the measured time of the newest event. Null until the next decision.
alter table public.neuros_checkpoints
  add column mode_since timestamptz null,
  add column last_event_at timestamptz null;

-- Decisions are asked for by the id of a transition or of its event.
create index cognitive_mode_transitions_id on public.cognitive_mode_transitions (transition_id);
create index cognitive_mode_transitions_cause on public.cognitive_mode_transitions (cause) where cause is not null;
-- Ids of events are random: see 0011.
create index biometric_events_id on public.biometric_events
  using brin (event_id bytea_bloom_ops (n_distinct_per_range = 600, false_positive_rate = 0.001))
  with (pages_per_range = 32, autosummarize = on);

-- Whose event it is, and the number of its decision. The planner takes random values for a reason to read the whole table, so it
-- is told not to.
create function public.owner_of_event(wanted bytea)
returns table (subject_id uuid, seq bigint, received_at timestamptz, log_partition int, log_offset bigint)
language sql stable set enable_seqscan = off set jit = off as $$
  select subject_id, seq, received_at, log_partition, log_offset
    from public.biometric_events where event_id = wanted limit 1
$$;
revoke execute on function public.owner_of_event(bytea) from public;
grant execute on function public.owner_of_event(bytea) to bridge_cognition, bridge_gateway;

-- Events that count: without deletes, and without those of which a higher version was decided on.
create view shared.current_events as
  select e.subject_id, e.time, e.event_id, e.source, e.event_type, e.metrics, e.payload
    from public.biometric_events e
   where e.operation <> 'delete'
     and coalesce((select o.version from cognition.objects o
                    where o.object_key = coalesce(e.object_key, e.event_id)), 0) <= e.version;

create view shared.reading_progress as
  select subject_id, finished_until, sealed from cognition.reading_progress;

create view shared.open_alerts as
  select alert_id, subject_id, kind, status, severity, opened_at, updated_at, state
    from alerts.episodes where status <> 'resolved';

-- What `explain` reads of a person beside the public tables.
create view shared.snapshots as select subject_id, seq, taken_at, policy_version, state from cognition.snapshots;
create view shared.ticks as select subject_id, seq, due, rules from cognition.ticks;
create view shared.objects as select object_key, subject_id, version, event_id, time from cognition.objects;

grant select on shared.current_events, shared.reading_progress to bridge_cognition, bridge_gateway;
grant select on shared.snapshots, shared.ticks, shared.objects to bridge_cognition, bridge_gateway;
grant select on shared.open_alerts to bridge_gateway;

-- The history that is there already is filled by and by.
insert into cognition.reading_progress (subject_id, due_at)
select thread_id, now() + random() * interval '1 hour' from public.neuros_checkpoints;
