-- What has to be done daily while services run: a deploy may be months away.

-- As before, but from the month of 400 days ago, the oldest one kept: older ones were made and dropped on every call.
create or replace function delivery.make_partitions(months_ahead int default 3) returns int
language plpgsql security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
declare
  timed record;
  month date;
  partition_name text;
  made int := 0;
begin
  if months_ahead not between 1 and 24 then
    raise exception 'months_ahead must lie between 1 and 24';
  end if;
  perform pg_advisory_xact_lock(hashtext('delivery.make_partitions'));
  for timed in
    select t.table_name, t.time_column
    from delivery.timed_tables t
    join pg_class c on c.oid = format('public.%I', t.table_name)::regclass and c.relkind = 'p'
    order by t.table_name
  loop
    for month in
      select generate_series(
        date_trunc('month', now() - interval '400 days'),
        date_trunc('month', now()) + make_interval(months => months_ahead),
        interval '1 month')::date
    loop
      partition_name := timed.table_name || to_char(month, '"_y"YYYY"m"MM');
      continue when to_regclass(format('public.%I', partition_name)) is not null;
      execute format('create table public.%I (like public.%I including defaults including storage)',
        partition_name, timed.table_name);
      execute format(
        'with moved as (delete from public.%1$I where %2$I >= %3$L and %2$I < %4$L returning *)
         insert into public.%5$I select * from moved',
        timed.table_name || '_default', timed.time_column,
        month::timestamptz, (month + interval '1 month')::timestamptz, partition_name);
      execute format('alter table public.%I attach partition public.%I for values from (%L) to (%L)',
        timed.table_name, partition_name, month::timestamptz, (month + interval '1 month')::timestamptz);
      made := made + 1;
    end loop;
  end loop;
  return made;
end
$$;

-- An event's key must outlive the row of its event, which goes with its month: 400 days, the month, and a day because
-- a day begins at another time elsewhere.
create function delivery.key_days() returns int
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select 400 + 31 + 1
$$;

-- Keys lie in the order of their days, so a few ranges of pages are all that has to be looked at.
create index event_keys_day on cognition.event_keys using brin (day) with (pages_per_range = 64, autosummarize = on);
create index event_keys_day on alerts.event_keys using brin (day) with (pages_per_range = 64, autosummarize = on);
create index sign_in_links_expiry on auth.sign_in_links (expires_at);

-- Makes partitions ahead and drops those whose time is over. Taking a partition away locks its table for a moment: who
-- holds it longer than the lock may take makes this fail, and then it is tried again later.
create function delivery.keep_partitions(out made int, out dropped int)
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '2s' as $$
begin
  made := delivery.make_partitions();
  dropped := delivery.drop_expired_partitions();
end
$$;

-- Deletes sessions and links that have expired, and up to `most` event keys that nobody can need any more. Returns how
-- many keys; call it again until that is 0.
create function delivery.forget_expired(most int default 10000) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  part regclass;
  found_rows bigint;
  gone bigint := 0;
begin
  if most not between 1 and 100000 then
    raise exception 'most must lie between 1 and 100000';
  end if;
  for part in
    select inhrelid::regclass from pg_inherits
     where inhparent in ('cognition.event_keys'::regclass, 'alerts.event_keys'::regclass)
     order by 1
  loop
    exit when gone >= most;
    execute format(
      'delete from %s where ctid = any (array(select ctid from %1$s where day < current_date - $1 limit $2))', part)
      using delivery.key_days(), most - gone;
    get diagnostics found_rows = row_count;
    gone := gone + found_rows;
  end loop;
  -- These are few.
  delete from auth.sessions where expires_at < now();
  delete from auth.sign_in_links where expires_at < now();
  return gone;
end
$$;

-- Cognition looks after the whole database; see apps/cognition/src/adapters/upkeep.ts.
revoke execute on function delivery.keep_partitions(), delivery.forget_expired(int) from public;
grant execute on function delivery.keep_partitions(), delivery.forget_expired(int) to bridge_cognition;
