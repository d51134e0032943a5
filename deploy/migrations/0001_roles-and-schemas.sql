-- Roles belong to the cluster, not to the database: another database may have made them already or be
-- making them right now, hence the exception handler. Passwords are set by tools/migrate.
do $$
declare
  service text;
begin
  foreach service in array array['bridge_ingest', 'bridge_cognition', 'bridge_alerts', 'bridge_gateway'] loop
    begin
      execute format(
        'create role %I login nosuperuser nocreatedb nocreaterole noinherit noreplication nobypassrls', service);
    exception
      when duplicate_object or unique_violation then null;
    end;
  end loop;
end
$$;

create extension if not exists pgcrypto with schema public;

create schema if not exists delivery;
create schema ingest;
create schema cognition;
create schema alerts;
create schema gateway;
create schema keys;
create schema auth;

-- Nobody but the owner makes objects: PostgreSQL 15 has this default, upgraded clusters do not.
revoke create on schema public from public;

grant usage on schema delivery, keys, auth
  to bridge_ingest, bridge_cognition, bridge_alerts, bridge_gateway;
grant usage on schema ingest to bridge_ingest;
grant usage on schema cognition to bridge_cognition;
grant usage on schema alerts to bridge_alerts;
grant usage on schema gateway to bridge_gateway;

-- Every table that a later migration adds to a service's own schema is readable and writable by that service.
alter default privileges in schema ingest grant select, insert, update, delete on tables to bridge_ingest;
alter default privileges in schema cognition grant select, insert, update, delete on tables to bridge_cognition;
alter default privileges in schema alerts grant select, insert, update, delete on tables to bridge_alerts;
alter default privileges in schema gateway grant select, insert, update, delete on tables to bridge_gateway;
