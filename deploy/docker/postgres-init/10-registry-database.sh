#!/bin/sh
# Runs once, when the data directory is made: a database of its own for the schema registry, which must not see ours.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$BRIDGE_DB_PASSWORD_REGISTRY" -U "$POSTGRES_USER" -d "$POSTGRES_DB" <<'SQL'
create role bridge_registry login password :'password';
create database registry owner bridge_registry;
SQL
