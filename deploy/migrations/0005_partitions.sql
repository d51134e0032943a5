-- Tables that grow with time. TimescaleDB keeps them where it is loaded; elsewhere they are native monthly
-- partitions with a DEFAULT one that should stay empty. Same tables, same queries.

create function delivery.has_timescale() returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select exists (select from pg_available_extensions where name = 'timescaledb')
     and current_setting('shared_preload_libraries') ~ '\mtimescaledb\M'
$$;

do $$
begin
  if delivery.has_timescale() then
    create extension if not exists timescaledb;
  end if;
end
$$;

-- The tables that this file looks after.
create table delivery.timed_tables (
  table_name text primary key,
  time_column text not null
);

-- Adds the monthly partitions from 14 months back to `months_ahead`. Months start in UTC. Rows that landed in
-- DEFAULT meanwhile move to their month, since a partition cannot be attached over them. Returns how many were made.
create function delivery.make_partitions(months_ahead int default 3) returns int
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
        date_trunc('month', now()) - interval '14 months',
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

-- Drops native partitions that lie wholly before `keep_days` ago. TimescaleDB's retention policy does the same.
create function delivery.drop_expired_partitions(keep_days int default 400) returns int
language plpgsql security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
declare
  expired regclass;
  dropped int := 0;
begin
  if keep_days < 31 then
    raise exception 'keep_days must be at least 31';
  end if;
  perform pg_advisory_xact_lock(hashtext('delivery.make_partitions'));
  for expired in
    select i.inhrelid::regclass
    from delivery.timed_tables t
    join pg_inherits i on i.inhparent = format('public.%I', t.table_name)::regclass
    join pg_class c on c.oid = i.inhrelid and c.relname ~ '_y\d{4}m\d{2}$'
    where to_date(right(c.relname, 7), 'YYYY"m"MM') + interval '1 month'
          <= now() - make_interval(days => keep_days)
  loop
    execute format('drop table %s', expired);
    dropped := dropped + 1;
  end loop;
  return dropped;
end
$$;

-- For the alarm: a DEFAULT partition with rows means that partitions were not made in time.
create function delivery.default_partitions() returns table (table_name text, has_rows boolean)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  for table_name in select t.table_name from delivery.timed_tables t order by 1 loop
    continue when to_regclass(format('public.%I', table_name || '_default')) is null;
    execute format('select exists (select from public.%I)', table_name || '_default') into has_rows;
    return next;
  end loop;
end
$$;

-- Turns a fresh empty table into a hypertable or a partitioned table. Call it before indexes are made.
create function delivery.keep_by_time(name text, time_column text, segment_by text) returns void
language plpgsql set search_path = public, pg_catalog, pg_temp as $$
begin
  insert into delivery.timed_tables values (name, time_column);
  if delivery.has_timescale() then
    execute format('select create_hypertable(%L, %L, chunk_time_interval => interval ''7 days'', create_default_indexes => false)',
      'public.' || name, time_column);
    execute format('alter table public.%I set (timescaledb.compress, timescaledb.compress_orderby = %L, timescaledb.compress_segmentby = %L)',
      name, time_column || ' desc', segment_by);
    execute format('select add_compression_policy(%L, interval ''30 days'')', 'public.' || name);
    execute format('select add_retention_policy(%L, interval ''400 days'')', 'public.' || name);
  else
    execute format('alter table public.%I rename to %I', name, name || '_default');
    execute format('create table public.%I (like public.%I including defaults including storage) partition by range (%I)',
      name, name || '_default', time_column);
    execute format('alter table public.%I attach partition public.%I default', name, name || '_default');
  end if;
end
$$;

revoke execute on function delivery.make_partitions(int), delivery.drop_expired_partitions(int),
  delivery.default_partitions() from public;
grant execute on function delivery.make_partitions(int), delivery.default_partitions()
  to bridge_ingest, bridge_cognition, bridge_alerts, bridge_gateway;
