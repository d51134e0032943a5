-- How long events, and what belongs to them, are kept: `BRIDGE_RETENTION_DAYS`. The migration job writes it here on every run;
-- everything in the database that goes by it asks `delivery.retention_days()`.

create table delivery.settings (
  only_row boolean primary key default true check (only_row),
  retention_days int not null check (retention_days between 31 and 3650)
);
-- The job gives the number to its session before it runs migrations.
insert into delivery.settings (retention_days) values (current_setting('bridge.retention_days')::int);

create function delivery.retention_days() returns int
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select retention_days from delivery.settings
$$;

-- From the month of the oldest day that is kept: older ones would be made and dropped on every call.
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
        date_trunc('month', now() - make_interval(days => delivery.retention_days())),
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

-- As before, with the setting for a default.
create or replace function delivery.drop_expired_partitions(keep_days int default delivery.retention_days()) returns int
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

-- An event's key must outlive the row of its event, which goes with its month: the retention, the month, and a day because
-- a day begins at another time elsewhere.
create or replace function delivery.key_days() returns int
language sql stable set search_path = pg_catalog, pg_temp as $$
  select delivery.retention_days() + 31 + 1
$$;

-- For the migration job: stores the setting, and lets TimescaleDB's policies follow it.
create function delivery.set_retention(days int) returns void
language plpgsql set search_path = public, pg_catalog, pg_temp as $$
declare
  timed text;
begin
  update delivery.settings set retention_days = days where retention_days <> days;
  if not delivery.has_timescale() then
    return;
  end if;
  for timed in
    select format('public.%I', t.table_name) from delivery.timed_tables t
    join pg_class c on c.oid = format('public.%I', t.table_name)::regclass and c.relkind = 'r'
  loop
    execute format('select remove_retention_policy(%L, if_exists => true)', timed);
    execute format('select add_retention_policy(%L, %L::interval)', timed, make_interval(days => days));
  end loop;
end
$$;
revoke execute on function delivery.set_retention(int) from public;

-- For tables that a later migration adds.
create or replace function delivery.keep_by_time(name text, time_column text, segment_by text) returns void
language plpgsql set search_path = public, pg_catalog, pg_temp as $$
begin
  insert into delivery.timed_tables values (name, time_column);
  if delivery.has_timescale() then
    execute format('select create_hypertable(%L, %L, chunk_time_interval => interval ''7 days'', create_default_indexes => false)',
      'public.' || name, time_column);
    execute format('alter table public.%I set (timescaledb.compress, timescaledb.compress_orderby = %L, timescaledb.compress_segmentby = %L)',
      name, time_column || ' desc', segment_by);
    execute format('select add_compression_policy(%L, interval ''30 days'')', 'public.' || name);
    execute format('select add_retention_policy(%L, %L::interval)',
      'public.' || name, make_interval(days => delivery.retention_days()));
  else
    execute format('alter table public.%I rename to %I', name, name || '_default');
    execute format('create table public.%I (like public.%I including defaults including storage) partition by range (%I)',
      name, name || '_default', time_column);
    execute format('alter table public.%I attach partition public.%I default', name, name || '_default');
  end if;
end
$$;
