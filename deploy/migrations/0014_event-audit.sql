-- Who changes events beside cognition, which writes one row per event and must not write two. The trigger has the name that the
-- deployment guide gives it, so that installing the guide's own is refused as a second one. That one names columns that
-- `biometric_events` does not have: each insert would fail, and each event end as a dead letter. The guide's statement also
-- replaces `public.log_biometric_access`; nothing here calls that.

create function delivery.log_biometric_access() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  -- In a delete NEW is null, in an insert OLD.
  subject uuid := coalesce(new.subject_id, old.subject_id);
  event bytea := coalesce(new.event_id, old.event_id);
begin
  -- Not TG_TABLE_NAME, which is the partition's.
  insert into public.phi_access_log (user_id, accessor_id, access_type, table_name, record_id)
  values (subject::text, session_user, tg_op, 'biometric_events', encode(event, 'hex'));
  return null;
end
$$;
revoke execute on function delivery.log_biometric_access() from public;

-- Where the guide's was installed before.
drop trigger if exists biometric_events_audit on public.biometric_events;
create trigger biometric_events_audit
  after insert or update or delete on public.biometric_events
  for each row when (session_user <> 'bridge_cognition') execute function delivery.log_biometric_access();
comment on trigger biometric_events_audit on public.biometric_events is
  'The audit trigger of the deployment guide. It exists already and needs no installing.';
