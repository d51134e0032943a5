-- Findings about a person that switch nothing, as they are published on `biometric.insights`. Times stay readable for
-- operations; the insight is sealed with the person's key and bound to its row.

create table public.insights (
  time timestamptz not null,
  insight_id bytea not null,
  subject_id uuid not null,
  seq bigint not null,
  -- Its place among the insights of one decision.
  place int not null,
  insight bytea not null
);
alter table public.insights alter column insight set storage external;
select delivery.keep_by_time('insights', 'time', 'subject_id');
create index insights_subject on public.insights (subject_id, seq desc, place desc);

grant select, insert on public.insights to bridge_cognition;
grant select on public.insights to bridge_gateway;
