-- Where a person is, for documents with a day and no time: the profile's zone and the last real offset.
create table ingest.zones (
  subject_id uuid primary key,
  -- JSON {time_zone, offset_minutes, offset_at}
  sealed bytea not null,
  updated_at timestamptz not null default now()
) with (fillfactor = 80);
