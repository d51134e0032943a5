-- Corrections and late readings take days anew. These two find the events that count without opening the others.
alter table public.biometric_events
  -- Which metrics it tells, one bit each; of rows from before this, maybe any.
  add column metrics int not null default -1,
  -- The object of a version above 0; version 0 stands for its object by its own id.
  add column object_key bytea null;
