-- Who looked at whose data. `user_id` holds the subject id, never the user id itself. Services only append.
create table public.phi_access_log (
  access_time timestamptz not null default now(),
  user_id text,
  accessor_id text,
  access_type text,
  table_name text,
  record_id text
);
select delivery.keep_by_time('phi_access_log', 'access_time', 'user_id');
create index phi_access_log_user on public.phi_access_log (user_id, access_time desc);
grant insert on public.phi_access_log to bridge_ingest, bridge_cognition, bridge_alerts, bridge_gateway;

-- Keys for values that an administrator encrypts by hand. They are no use without `bridge.sql_key`, and that is no
-- use for anybody's data key.
create table public.encryption_keys (
  key_id text primary key check (key_id ~ '^[A-Za-z0-9_.-]{1,64}$'),
  encrypted_key text not null check (length(encrypted_key) >= 32),
  created_at timestamptz not null default now()
);

create function public.phi_passphrase(phi_key_id text) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  sql_key text := current_setting('bridge.sql_key', true);
  stored text;
begin
  if sql_key is null or length(sql_key) < 32 then
    raise exception using
      errcode = 'BB010',
      message = 'bridge.sql_key is not set in this session',
      hint = 'Run the statement through "npm run bridge -- keys sql", which provides it.';
  end if;
  select encrypted_key into stored from public.encryption_keys where key_id = phi_key_id;
  if stored is null then
    raise exception using errcode = 'BB011', message = 'there is no such row in encryption_keys';
  end if;
  return encode(public.hmac(stored, sql_key, 'sha256'), 'hex');
end
$$;

-- Returns `phi1:<key_id>:<base64 of an OpenPGP message, AES-256>`. The passphrase is 256 bits of HMAC output, so
-- that stretching it would only cost time.
create function public.encrypt_phi(plain text, phi_key_id text) returns text
language sql volatile set search_path = pg_catalog, pg_temp as $$
  select 'phi1:' || phi_key_id || ':' || translate(encode(public.pgp_sym_encrypt(
    plain, public.phi_passphrase(phi_key_id), 'cipher-algo=aes256, compress-algo=0, s2k-count=1024'
  ), 'base64'), E'\n', '')
$$;

-- Raises for a value of another key or format, and for one that was changed.
create function public.decrypt_phi(sealed text, phi_key_id text) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if sealed is null then
    return null;
  end if;
  if split_part(sealed, ':', 1) <> 'phi1' or split_part(sealed, ':', 2) <> phi_key_id then
    raise exception using errcode = 'BB012', message = 'the value was not encrypted with this key';
  end if;
  return public.pgp_sym_decrypt(decode(split_part(sealed, ':', 3), 'base64'), public.phi_passphrase(phi_key_id));
end
$$;

revoke execute on function public.phi_passphrase(text), public.encrypt_phi(text, text),
  public.decrypt_phi(text, text) from public;

select delivery.make_partitions(3);
