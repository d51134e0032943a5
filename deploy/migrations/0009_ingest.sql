-- What webhook-ingest keeps: connections to vendors, their notices until they are resolved, what is known of each
-- object, and what vendors sent, as it came. Whatever says anything about a person is sealed.

-- A person's consent at one vendor.
create table ingest.connections (
  connection_id uuid primary key,
  subject_id uuid not null,
  vendor text not null,
  -- active | needs_consent (tokens refused) | lapsed (the vendor answers 403) | disconnected
  state text not null,
  state_since timestamptz not null default now(),
  -- Blind index of the vendor's own user id.
  vendor_user bytea not null,
  -- JSON {vendor_user_id}
  identity bytea not null,
  -- JSON {access_token, refresh_token, scopes}; null after a disconnect
  tokens bytea null,
  tokens_expire_at timestamptz null,
  connected_at timestamptz not null default now(),
  last_notice_at timestamptz null,
  last_document_at timestamptz null,
  -- The vendor asked to be left alone until then, or does not answer.
  not_before timestamptz null
);
-- One live connection per person and vendor, and per vendor's user.
create unique index connections_person on ingest.connections (subject_id, vendor) where state <> 'disconnected';
create unique index connections_vendor_user on ingest.connections (vendor, vendor_user) where state <> 'disconnected';

-- A consent that was begun: the hash of `state`, and what the callback needs.
create table ingest.consents (
  state_hash bytea primary key,
  vendor text not null,
  subject_id uuid not null,
  -- JSON {code_verifier, return_to}
  sealed bytea not null,
  expires_at timestamptz not null
);

-- Vendor's notices that wait for their documents. The id is a hash of what makes two deliveries the same notice.
create table ingest.notices (
  notice_id bytea primary key,
  vendor text not null,
  data_type text not null,
  operation text not null,
  -- Null while nobody is connected under the vendor's user id; then `vendor_user` tells whose it will be.
  connection_id uuid null,
  vendor_user bytea not null,
  received_at timestamptz not null default now(),
  -- waiting | resolved | nobody | unknown_type | gave_up
  state text not null default 'waiting',
  attempts int not null default 0,
  next_attempt_at timestamptz not null default now(),
  sealed bytea not null
);
create index notices_waiting on ingest.notices (connection_id, received_at desc) where state = 'waiting';
create index notices_nobody on ingest.notices (vendor, vendor_user) where state = 'nobody';
create index notices_received on ingest.notices (received_at);

-- Signatures seen within their window, for when Redis cannot be asked.
create table ingest.seen_signatures (
  signature_hash bytea primary key,
  expires_at timestamptz not null
);

-- What is known of each object: its newest version and the hash of what it said then. Both keyed with the person's key.
create table ingest.objects (
  object_key bytea primary key,
  subject_id uuid not null,
  version bigint not null,
  -- The vendor's own ordering, where it gives one.
  vendor_version bigint null,
  content_hash bytea not null,
  deleted boolean not null default false,
  updated_at timestamptz not null default now()
) with (fillfactor = 80);
create index objects_subject on ingest.objects (subject_id);

-- One hour of one metric of one device, for series whose points have no id: which parts went out, with their points.
create table ingest.series (
  series_key bytea primary key,
  subject_id uuid not null,
  hour timestamptz not null,
  sealed bytea not null,
  updated_at timestamptz not null default now()
) with (fillfactor = 70);
alter table ingest.series alter column sealed set storage external;
create index series_subject on ingest.series (subject_id, hour);

-- What arrived, as it came.
create table ingest.documents (
  document_id bigint generated always as identity primary key,
  subject_id uuid not null,
  connection_id uuid null,
  source text not null,
  -- The event that it became; null unless `state` is `event`.
  event_id bytea null,
  -- event | quarantined | kept
  state text not null,
  reason text null,
  received_at timestamptz not null default now(),
  -- Keyed with the person's own key, so that it tells nobody else anything.
  content_hash bytea not null,
  sealed bytea not null
);
-- What is not an event is kept once, however often the vendor gives it.
create unique index documents_kept on ingest.documents (subject_id, content_hash) where state <> 'event';
alter table ingest.documents alter column sealed set storage external;
create index documents_event on ingest.documents (event_id) where event_id is not null;
create index documents_quarantined on ingest.documents (subject_id, source) where state = 'quarantined';
create index documents_received on ingest.documents (received_at);

-- Oura's webhook subscriptions of this application.
create table ingest.subscriptions (
  vendor text not null,
  data_type text not null,
  event_type text not null,
  subscription_id text null,
  expires_at timestamptz null,
  failed_since timestamptz null,
  failures int not null default 0,
  primary key (vendor, data_type, event_type)
);

-- How far a pull of a connection's history has come; newest first, so `pulled_from` moves back to `wanted_from`.
create table ingest.pulls (
  connection_id uuid not null references ingest.connections on delete cascade,
  data_type text not null,
  wanted_from timestamptz not null,
  wanted_until timestamptz not null,
  pulled_from timestamptz not null,
  finished_at timestamptz null,
  primary key (connection_id, data_type)
);

-- Expected rhythm against last arrival.
create table ingest.arrivals (
  connection_id uuid not null references ingest.connections on delete cascade,
  data_type text not null,
  last_arrival_at timestamptz not null,
  -- The episode that was raised about its silence, and why.
  silence_id bytea null,
  silence_cause text null,
  silent_since timestamptz null,
  primary key (connection_id, data_type)
);

-- Request budgets that all replicas share. The shape is that of rate-limiter-flexible.
create table ingest.request_budgets (
  key varchar(255) primary key,
  points integer not null default 0,
  expire bigint null
);
