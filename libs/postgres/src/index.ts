export {
  arrayHeadBytes,
  byteaArray,
  byteaElements,
  int4Array,
  int8Array,
  textArray,
  timestamptzArray,
  uuidArray,
  type Bytes,
} from './binary-array.ts';
export { connectPostgres, type Postgres, type PostgresConfig } from './connect.ts';
export { createEventKeys, type EventKey, type EventKeys } from './event-keys.ts';
export { holdTransaction, type HeldTransaction } from './held-transaction.ts';
export { milliseconds } from './milliseconds.ts';
export { observeOutbox } from './observe-outbox.ts';
export { createOutbox, type Outbox, type OutboxEntry } from './outbox.ts';
export { createPositions, type PositionMove, type Positions, type StoredPosition } from './positions.ts';
export { createSteadyPool, type SteadyPool } from './steady-pool.ts';
export type { Query, Statement, Transaction, Tx } from './transaction.ts';
