-- When the last reconciling pull began in which the vendor gave every data type that the person granted; before the first
-- one, when the pull of the history began. What is newer may be missing here. Null: not known, of connections before this.
alter table ingest.connections add column reconciled_at timestamptz null;
