-- Everything that delivers alerts and lets people act on them. Names of routes, channels, kinds, severities, times and counts
-- stay readable for operations; whatever names a person or says something about a body is sealed.

-- `state`: the reported signals and the marks of an episode, sealed with the person's key. Null in rows from before, whose
-- `evidence`, `details`, `seq` and `place` are read instead until the episode changes.
alter table alerts.episodes add column state bytea null, add column acknowledged boolean not null default false,
  -- of a snooze; once it has passed nobody takes care of the alert any more
  add column acknowledged_until timestamptz null,
  alter column evidence drop not null;
alter table alerts.episodes alter column state set storage external;

-- One row per change of an episode; `change` is sealed with the person's key.
create table public.alert_history (
  time timestamptz not null,
  alert_id bytea not null,
  version bigint not null,
  subject_id uuid not null,
  kind text not null,
  severity text not null,
  -- fired, reopened, raised, updated, unconfirmed, resolved, resolved_by_hand, acknowledged, unacknowledged, snoozed,
  -- useful, not_useful
  what text not null,
  change bytea not null
);
alter table public.alert_history alter column change set storage external;
select delivery.keep_by_time('alert_history', 'time', 'subject_id');
create index alert_history_alert on public.alert_history (alert_id, version);
create index alert_history_time on public.alert_history (time);
grant select, insert on public.alert_history to bridge_alerts;

-- What a person's notifications have come to, and when to look again; null: nothing is due. `ledger` names no person.
create table alerts.notification_groups (
  subject_id uuid primary key,
  due_at timestamptz null,
  -- Counts how often the person was made due: whoever planned meanwhile sees by it that something came.
  changes bigint not null default 1,
  -- The first change that no plan has seen yet: waits begin with it.
  changed_at timestamptz null,
  -- When changes since the person was last planned are due.
  changes_due_at timestamptz null,
  ledger jsonb not null default '{"alerts": {}, "groups": {}, "spent": []}'
) with (fillfactor = 70);
create index notification_groups_due on alerts.notification_groups (due_at) where due_at is not null;

create table alerts.channels (
  name text primary key,
  kind text not null,
  -- The person whose own channel it is; null: no particular person's.
  subject_id uuid null,
  fit_for_health_data boolean not null,
  -- active, or disabled with the reason: gone (the receiver answered 410) or operator.
  state text not null,
  state_reason text null,
  -- Sealed with the service key: addresses and secrets.
  settings bytea not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

-- The newest row counts; the older ones say who changed the routes and when.
create table alerts.routings (
  revision bigint generated always as identity primary key,
  at timestamptz not null,
  author text not null,
  -- Sealed with the service key: matchers may name persons.
  body bytea not null
);
create table alerts.budgets (like alerts.routings including all);

create table alerts.silences (
  silence_id uuid primary key,
  begins_at timestamptz not null,
  ends_at timestamptz not null,
  author text not null,
  created_at timestamptz not null,
  -- Sealed with the service key: match and comment.
  body bytea not null
);
create index silences_ends on alerts.silences (ends_at);

create table alerts.person_groups (
  name text primary key,
  updated_at timestamptz not null
);
create table alerts.person_group_members (
  name text not null references alerts.person_groups on delete cascade,
  subject_id uuid not null,
  primary key (name, subject_id)
);
create index person_group_members_subject on alerts.person_group_members (subject_id);

-- Grows with every change of channels, routes, budgets, silences or groups, so that each process knows when to read them again.
create table alerts.configuration_revision (
  one boolean primary key default true check (one),
  revision bigint not null
);
insert into alerts.configuration_revision (revision) values (1);

-- One message to one channel. `content` is sealed with the person's key, so every attempt says the same.
create table alerts.deliveries (
  delivery_id bytea primary key,
  -- The order per channel and person; a delivery that is sent again gets a new one.
  place bigint generated always as identity,
  channel text not null,
  subject_id uuid not null,
  -- pending, delivered, or given up: exhausted, refused, gone, dropped (its channel was deleted, or its person erased)
  status text not null,
  created_at timestamptz not null,
  due_at timestamptz not null,
  claimed_until timestamptz null,
  attempts int not null default 0,
  -- Attempts before it was last sent again: the retry schedule begins anew, their numbers do not.
  attempts_before int not null default 0,
  settled_at timestamptz null,
  content bytea not null
) with (fillfactor = 70);
alter table alerts.deliveries alter column content set storage external;
create index deliveries_due on alerts.deliveries (channel, due_at) where status = 'pending';
create index deliveries_oldest on alerts.deliveries (created_at) where status = 'pending';
create index deliveries_listed on alerts.deliveries (channel, place);
create index deliveries_order on alerts.deliveries (channel, subject_id, place) where status = 'pending';
create index deliveries_settled on alerts.deliveries (settled_at) where settled_at is not null;

create table alerts.delivery_steps (
  alert_id bytea not null,
  channel text not null,
  step int not null,
  delivery_id bytea not null references alerts.deliveries on delete cascade,
  reason text not null,
  route text not null,
  primary key (alert_id, channel, step)
);
create index delivery_steps_delivery on alerts.delivery_steps (delivery_id);

create table alerts.delivery_attempts (
  delivery_id bytea not null references alerts.deliveries on delete cascade,
  attempt int not null,
  started_at timestamptz not null,
  ended_at timestamptz null,
  -- delivered, failed, refused, gone; null: it runs, or its process died
  result text null,
  reason text null,
  http_status int null,
  primary key (delivery_id, attempt)
);

-- Signed one-time links: one action on one alert.
create table alerts.action_links (
  link_id bytea primary key,
  alert_id bytea not null,
  subject_id uuid not null,
  -- acknowledge, resolve, snooze, useful, not_useful, or answer
  action text not null,
  -- Sealed with the person's key: how they feel.
  answer bytea null,
  channel text not null,
  -- Of the question that an answer settles.
  hypothesis_id bytea null,
  expires_at timestamptz not null,
  spent_at timestamptz null
);
create index action_links_expires on alerts.action_links (expires_at);

-- Whether an alert was useful, said by whom; the last word of each person counts. `comment` is sealed with the person's key.
create table alerts.feedback (
  alert_id bytea not null,
  author text not null,
  subject_id uuid not null,
  kind text not null,
  useful boolean not null,
  at timestamptz not null,
  comment bytea null,
  primary key (alert_id, author)
);
create index feedback_kind on alerts.feedback (kind);

-- The last heartbeat of each producer of signals, and the figures that it carried.
create table alerts.producers (
  source text primary key,
  -- null: it never sent one, and operators were told
  heartbeat_at timestamptz null,
  active_connections int null,
  last_accepted_at timestamptz null,
  last_decision_at timestamptz null,
  -- Operators were told that it is silent, or that nothing moves although connections are active.
  silent_since timestamptz null,
  stalled_since timestamptz null
);

create index episodes_open on alerts.episodes (subject_id) where status <> 'resolved';

-- Nobody was told of the alerts that are open from before; without a row they would wait for their next signal.
insert into alerts.notification_groups (subject_id, due_at)
  select distinct subject_id, now() from alerts.episodes where status <> 'resolved';
