-- Where each event was first read on `biometric.events`: `explain` compares a message's own place with it, and says of a
-- repetition which message was decided. Rows from before this have none.
alter table public.biometric_events
  add column log_partition int null,
  add column log_offset bigint null;
