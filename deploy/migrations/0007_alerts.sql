-- One row per alert episode, from firing to resolved. `version` grows with every change.
create table alerts.episodes (
  alert_id bytea primary key,
  subject_id uuid not null,
  kind text not null,
  status text not null,
  severity text not null,
  opened_at timestamptz not null,
  updated_at timestamptz not null,
  resolved_at timestamptz null,
  version bigint not null,
  source text not null,
  evidence bytea not null
) with (fillfactor = 85);
alter table alerts.episodes alter column evidence set storage external;
create index episodes_subject on alerts.episodes (subject_id, opened_at desc);
create index episodes_opened on alerts.episodes (opened_at desc, alert_id desc);
