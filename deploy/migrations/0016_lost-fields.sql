-- When a consent ends that has no refresh token; null for all others.
alter table ingest.connections add column ends_at timestamptz null;

-- Fields that hold something that cannot be: [{"path", "message"}], by the names of our schemas and never with a value.
-- Of a document in quarantine why it is there, of one that became an event the fields that were left out. Null: none.
alter table ingest.documents add column problems jsonb null;
create index documents_problems on ingest.documents (subject_id, source)
  where state = 'event' and problems is not null;
