-- What was measured, where each person stands, and every change of mode. Times, modes and sources are readable
-- for operations; payload, state and record are sealed with the person's key and bound to their row.

create table public.biometric_events (
  time timestamptz not null,
  event_id bytea not null,
  subject_id uuid not null,
  seq bigint not null,
  source text not null,
  event_type text not null,
  operation text not null,
  version bigint not null,
  received_at timestamptz not null,
  -- `rule_sets.nr`: what it was decided by.
  rules int not null,
  payload bytea not null
);
alter table public.biometric_events alter column payload set storage external;
select delivery.keep_by_time('biometric_events', 'time', 'subject_id');
create index biometric_events_subject on public.biometric_events (subject_id, time desc);

create table public.cognitive_mode_transitions (
  transition_time timestamptz not null,
  transition_id bytea not null,
  subject_id uuid not null,
  seq bigint not null,
  from_mode text null,
  to_mode text not null,
  reason text not null,
  rule_hash bytea not null,
  policy_version int not null,
  cause bytea null,
  record bytea not null
);
alter table public.cognitive_mode_transitions alter column record set storage external;
select delivery.keep_by_time('cognitive_mode_transitions', 'transition_time', 'subject_id');
create index cognitive_mode_transitions_subject on public.cognitive_mode_transitions (subject_id, seq desc);

-- One row per person, rewritten with every decision: room on the page for HOT updates, and the sealed state stays
-- in the row instead of going to TOAST.
create table public.neuros_checkpoints (
  thread_id uuid primary key,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version bigint not null,
  seq bigint not null,
  mode text null,
  next_due timestamptz null,
  -- The policy that decided last.
  policy_version int null,
  state bytea not null
) with (fillfactor = 70, toast_tuple_target = 4080, autovacuum_vacuum_scale_factor = 0.05);
alter table public.neuros_checkpoints alter column state set storage external;
create index neuros_checkpoints_due on public.neuros_checkpoints (next_due) where next_due is not null;

-- The rules of every decision, by the hash that transitions name.
create table public.rule_sets (
  hash bytea primary key,
  -- A short name for rows that are written with every event.
  nr int not null generated always as identity unique,
  policy_version int not null,
  source text not null,
  first_used timestamptz not null default now()
);

grant select, insert on public.biometric_events, public.cognitive_mode_transitions, public.rule_sets
  to bridge_cognition;
grant select, insert, update on public.neuros_checkpoints to bridge_cognition;
grant select on public.biometric_events, public.cognitive_mode_transitions, public.rule_sets,
  public.neuros_checkpoints to bridge_gateway;

-- The highest version of each object that was ever corrected or that its vendor numbers, to find the event it replaces.
-- `object_key` is the id that the object's version 0 has or would have.
create table cognition.objects (
  object_key bytea primary key,
  subject_id uuid not null,
  version bigint not null,
  event_id bytea not null,
  time timestamptz not null
);

-- Time that passed for a person: a tick that changed the state took a `seq` of its own.
create table cognition.ticks (
  subject_id uuid not null,
  seq bigint not null,
  due timestamptz not null,
  rules int not null,
  primary key (subject_id, seq)
);

-- From here a person's state can be decided again. The first one is written with the first decision and holds no state.
create table cognition.snapshots (
  subject_id uuid not null,
  seq bigint not null,
  taken_at timestamptz not null,
  policy_version int not null,
  state bytea null,
  primary key (subject_id, seq)
);
