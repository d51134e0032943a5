/**
 * How to treat a failed attempt.
 * - `transient`: the same attempt can succeed later; back off and retry.
 * - `conflict`: another worker changed the same rows; re-read and retry at once, with row locks.
 * - `fenced`: this worker no longer owns the partition; drop caches and re-read the position.
 * - `permanent`: no retry helps; for a batch, find the guilty message.
 */
export type RetryVerdict = 'transient' | 'conflict' | 'fenced' | 'permanent';

type Entry = { readonly retry: RetryVerdict; readonly meaning: string };

/** Every code that an error of ours can carry, in alphabetical order. `docs/generated/error-codes.md` is made from this. */
export const errorCodes = {
  auth_busy: { retry: 'transient', meaning: 'Too many API keys are being looked up at once.' },
  auth_timeout: {
    retry: 'transient',
    meaning: 'PostgreSQL did not say in time whether an API key is valid.',
  },
  bad_key_list: { retry: 'permanent', meaning: 'A setting that holds keys cannot be read. The start fails.' },
  bad_rules: { retry: 'permanent', meaning: 'The rules file cannot be read or is not valid.' },
  bad_secret: {
    retry: 'permanent',
    meaning: 'A webhook secret in a setting cannot be read. The start fails.',
  },
  bad_vendor_definition: {
    retry: 'permanent',
    meaning: "A vendor's definition is incomplete or contradicts itself. The start fails.",
  },
  batch_abandoned: { retry: 'transient', meaning: 'A batch was given up while it waited for the database.' },
  BB001: {
    retry: 'fenced',
    meaning: 'A position is not where this worker left it: another worker owns the partition.',
  },
  BB002: { retry: 'conflict', meaning: 'A state row does not have the version that was read.' },
  BB003: { retry: 'conflict', meaning: 'An event key exists already.' },
  BB010: { retry: 'permanent', meaning: 'The session has no key for `encrypt_phi` and `decrypt_phi`.' },
  BB011: { retry: 'permanent', meaning: '`encryption_keys` has no row for the key that was named.' },
  BB012: { retry: 'permanent', meaning: 'A value was not encrypted with the key that was named.' },
  circuit_open: {
    retry: 'transient',
    meaning: 'A dependency failed too often and is left alone for a while.',
  },
  codec_not_prepared: {
    retry: 'permanent',
    meaning: 'A message was decoded before its schema was loaded: a bug.',
  },
  compatibility_level: {
    retry: 'permanent',
    meaning: 'The schema registry keeps a compatibility level that this version does not expect.',
  },
  decision_missing: { retry: 'permanent', meaning: 'The graph returned no decision for an event: a bug.' },
  digesting_stopped: {
    retry: 'transient',
    meaning: "The thread that reads a person's history has ended; the next request starts another one.",
  },
  explaining_stopped: {
    retry: 'transient',
    meaning: 'The thread that explains decisions has ended or has too much to do.',
  },
  kafka_unreachable: { retry: 'transient', meaning: 'No Kafka broker answers.' },
  kek_unknown: {
    retry: 'permanent',
    meaning: 'A key is wrapped with a key-encryption key that is not configured.',
  },
  no_person: { retry: 'permanent', meaning: 'The vault returned no person for a connection: a bug.' },
  not_admitted: { retry: 'permanent', meaning: 'A batch was staged before its events were read: a bug.' },
  not_committed: {
    retry: 'transient',
    meaning: 'PostgreSQL rolled a transaction back instead of committing it.',
  },
  not_loaded: { retry: 'permanent', meaning: 'A batch was staged before its episodes were read: a bug.' },
  not_locked: { retry: 'permanent', meaning: 'Keys were claimed by a batch that holds no locks: a bug.' },
  not_staged: { retry: 'permanent', meaning: 'A batch was committed before its rows were prepared: a bug.' },
  oauth_client_refused: { retry: 'transient', meaning: 'A vendor refuses our client id or secret.' },
  oidc_unreachable: { retry: 'transient', meaning: 'The OIDC provider does not answer as one.' },
  overloaded: { retry: 'transient', meaning: 'Too many events wait to be stored.' },
  person_missing: { retry: 'permanent', meaning: 'A row or an event has no person: a bug.' },
  port_in_use: { retry: 'permanent', meaning: 'Another process uses the port. The start fails.' },
  port_refused: { retry: 'permanent', meaning: 'The user may not open the port. The start fails.' },
  position_mismatch: {
    retry: 'permanent',
    meaning: 'The stored position does not fit the log. `npm run bridge -- reset-position` is the way out.',
  },
  publish_queue_full: { retry: 'transient', meaning: 'Too many messages wait for the broker.' },
  publish_refused: {
    retry: 'permanent',
    meaning: 'Kafka refuses messages for good, such as too large ones.',
  },
  publish_unavailable: { retry: 'transient', meaning: 'Kafka did not confirm messages.' },
  publisher_closed: { retry: 'transient', meaning: 'The service is stopping and sends nothing more.' },
  redis_unavailable: { retry: 'transient', meaning: 'Redis does not answer.' },
  registry_unavailable: { retry: 'transient', meaning: 'The schema registry gives no usable answer.' },
  schema_id_missing: { retry: 'permanent', meaning: 'The codec was not created for the topic: a bug.' },
  schema_incompatible: {
    retry: 'permanent',
    meaning: 'The schema registry refuses a schema that does not accept what the last one accepted.',
  },
  schema_not_registered: {
    retry: 'permanent',
    meaning: "This version's schemas are not registered. `npm run bridge -- register-schemas` does it.",
  },
  sealed_value_rejected: {
    retry: 'permanent',
    meaning: 'A sealed value was changed, moved to another row, or sealed with another key.',
  },
  sealing_stopped: { retry: 'transient', meaning: 'The sealing thread has ended; the service restarts.' },
  service_key_missing: {
    retry: 'permanent',
    meaning: '`keys.service_keys` has no row. The migration makes it.',
  },
  signing_key_missing: { retry: 'permanent', meaning: 'No key is configured to sign Kafka messages.' },
  subject_swapped: { retry: 'permanent', meaning: 'A row of `keys.subjects` belongs to another person.' },
  subject_vanished: { retry: 'transient', meaning: 'A person was not stored, or was erased meanwhile.' },
  subscription_refused: {
    retry: 'permanent',
    meaning: 'A vendor refuses to create or renew a subscription.',
  },
  timeout: { retry: 'transient', meaning: 'A dependency took too long.' },
  vendor_broke_off: { retry: 'transient', meaning: "A vendor's answer ended before it was complete." },
  vendor_fault: { retry: 'transient', meaning: 'A vendor answered with a status of 500 or above.' },
  vendor_not_configured: { retry: 'transient', meaning: 'A vendor has no client id in the settings.' },
  vendor_unavailable: {
    retry: 'transient',
    meaning: 'A vendor gave no clear answer about a token or a subscription.',
  },
  vendor_unreachable: { retry: 'transient', meaning: 'A vendor does not answer.' },
  websocket_unavailable: {
    retry: 'transient',
    meaning: 'The server of `WEBSOCKET_URL` refuses, closes or does not confirm.',
  },
} as const satisfies Readonly<Record<string, Entry>>;

export type ErrorCode = keyof typeof errorCodes;
