import { Counter, Gauge, type Registry } from 'prom-client';
import { connectionStates } from './connections/domain/connection.ts';
import type { LostField } from './documents/domain/lost-field.ts';
import { unmappedState } from './documents/domain/normalized.ts';
import { unknownUserState } from './notices/domain/notice.ts';
import { silenceCauses } from './silence/domain/feed-state.ts';

/** What became of a notice when it arrived; `replayed`: the same signature again. */
export type NoticeOutcome = 'waiting' | 'unknown_user' | 'unknown_type' | 'duplicate' | 'replayed' | 'erased';
/** What became of an object that notices named; `gave_up`: the vendor did not have it for a day. */
export type ObjectOutcomeLabel =
  | 'published'
  | 'duplicate'
  | 'stale'
  | 'waiting'
  | 'unmapped'
  | 'quarantined'
  | 'dropped'
  | 'gave_up'
  | 'unknown_type';

export type ConnectionCount = { readonly vendor: string; readonly state: string; readonly n: number };
export type SilenceCount = { readonly vendor: string; readonly cause: string; readonly n: number };
export type BacklogCount = { readonly vendor: string; readonly count: number; readonly seconds: number };

/** Reads a gauge's values from the database. Rejects while PostgreSQL is down. */
type Read<Row> = () => Promise<readonly Row[]>;

/** Every metric of this service. Registers each once, so that a process creates it once. */
export type IngestMetrics = {
  readonly countDelivery: (source: string, outcome: string) => void;
  readonly countDurable: (by: 'kafka' | 'outbox', events: number) => void;
  readonly countBodies: (outcome: 'kept' | 'lost' | 'erased', bodies: number) => void;
  /** @param dataType `other` for types that are not known: names come from outside. */
  readonly countNotice: (vendor: string, dataType: string, outcome: NoticeOutcome) => void;
  readonly countRefusedSignature: (vendor: string, reason: string) => void;
  readonly countObject: (vendor: string, outcome: ObjectOutcomeLabel) => void;
  readonly countLostField: (source: string, why: LostField['why']) => void;
  readonly countOutOfRange: (vendor: string, documents: number) => void;
  readonly countReconciled: (vendor: string, dataType: string, events: number) => void;
  /** `refused`: the person has to consent again. `unclear`: no answer; the old pair is kept. */
  readonly countRefresh: (vendor: string, outcome: 'renewed' | 'refused' | 'unclear') => void;
  readonly countSubscriptionStep: (outcome: 'created' | 'renewed' | 'redirected' | 'failed') => void;
  readonly countJob: (task: string, outcome: 'done' | 'failed' | 'given_up') => void;
  readonly observeConnections: (read: Read<ConnectionCount>) => void;
  readonly observeBacklog: (read: Read<BacklogCount>) => void;
  readonly observeSilences: (read: Read<SilenceCount>) => void;
};

/** @param vendors Their gauges show zeros. */
export function createIngestMetrics(registry: Registry, vendors: VendorNames): IngestMetrics {
  return {
    ...createCounters(registry),
    ...createPullCounters(registry),
    ...createObservers(registry, vendors),
  };
}

type VendorNames = readonly { readonly name: string }[];
type Observers = Pick<IngestMetrics, 'observeConnections' | 'observeBacklog' | 'observeSilences'>;

type Counters = Omit<IngestMetrics, keyof Observers>;
type PullCounters = Pick<Counters, 'countOutOfRange' | 'countReconciled' | 'countJob'>;

function createCounter<Label extends string>(
  registry: Registry,
  name: string,
  labelNames: readonly Label[],
  help: string,
): Counter<Label> {
  return new Counter({ name, help, labelNames, registers: [registry] });
}

function createCounters(registry: Registry): Omit<Counters, keyof PullCounters> {
  const counter = <Label extends string>(name: string, labelNames: readonly Label[], help: string) =>
    createCounter(registry, name, labelNames, help);
  const deliveries = counter(
    'webhook_received_total',
    ['source', 'outcome'],
    'Webhook deliveries by source and outcome.',
  );
  const durable = counter(
    'ingest_events_durable_total',
    ['by'],
    'Accepted events by what made them durable: kafka, or outbox while Kafka is down.',
  );
  const bodies = counter(
    'ingest_raw_bodies_total',
    ['outcome'],
    'Bodies of accepted events: kept, lost because PostgreSQL did not take them, or not kept since the person is erased.',
  );
  const notices = counter(
    'vendor_notices_total',
    ['vendor', 'data_type', 'outcome'],
    "Vendors' signed notices by what they were when they arrived; replayed: the same signature again.",
  );
  const refusedSignatures = counter(
    'vendor_signatures_refused_total',
    ['vendor', 'reason'],
    "Deliveries whose vendor's signature was not believed, by why.",
  );
  const objects = counter(
    'notices_settled_total',
    ['vendor', 'outcome'],
    'Objects named by notices, by what came of them; gave_up: the vendor did not have the document for a day.',
  );
  const lostFields = counter(
    'document_fields_lost_total',
    ['source', 'why'],
    'Fields left out of documents: missing, not_measured (a zero), unreadable, implausible.',
  );
  const refreshes = counter(
    'token_refreshes_total',
    ['vendor', 'outcome'],
    'Refreshes of access tokens by outcome.',
  );
  const subscriptionSteps = counter(
    'subscription_steps_total',
    ['outcome'],
    "Changes of the application's subscriptions at vendors by outcome.",
  );
  return {
    countDelivery: (source, outcome) => deliveries.inc({ source, outcome }),
    countDurable: (by, events) => durable.inc({ by }, events),
    countBodies: (outcome, count) => bodies.inc({ outcome }, count),
    countNotice: (vendor, dataType, outcome) => {
      const label = outcome === 'unknown_user' ? unknownUserState : outcome;
      notices.inc({ vendor, data_type: dataType, outcome: label });
    },
    countRefusedSignature: (vendor, reason) => refusedSignatures.inc({ vendor, reason }),
    countObject: (vendor, outcome) =>
      objects.inc({ vendor, outcome: outcome === 'unmapped' ? unmappedState : outcome }),
    countLostField: (source, why) => lostFields.inc({ source, why }),
    countRefresh: (vendor, outcome) => refreshes.inc({ vendor, outcome }),
    countSubscriptionStep: (outcome) => subscriptionSteps.inc({ outcome }),
  };
}

function createPullCounters(registry: Registry): PullCounters {
  const counter = <Label extends string>(name: string, labelNames: readonly Label[], help: string) =>
    createCounter(registry, name, labelNames, help);
  const outOfRange = counter(
    'pulled_documents_out_of_range_total',
    ['vendor'],
    'Documents and points of pulls that are older than the retention.',
  );
  const reconciled = counter(
    'reconciled_total',
    ['vendor', 'data_type'],
    'Events that no webhook brought: found by pulls of the last days. Of types without webhooks, all of them.',
  );
  const jobs = counter(
    'jobs_total',
    ['task', 'outcome'],
    'Jobs that ran, by task and outcome: done, failed (tried again), given_up.',
  );
  return {
    countOutOfRange: (vendor, documents) => outOfRange.inc({ vendor }, documents),
    countReconciled: (vendor, dataType, events) => reconciled.inc({ vendor, data_type: dataType }, events),
    countJob: (task, outcome) => jobs.inc({ task, outcome }),
  };
}

/** Gauges that are read from the database at each scrape. */
function createObservers(registry: Registry, vendors: VendorNames): Observers {
  return {
    observeConnections(read) {
      observeByVendor(registry, vendors, {
        name: 'vendor_connections',
        help: 'Connections of persons to vendors by state.',
        label: 'state',
        values: connectionStates,
        read,
      });
    },
    observeBacklog(read) {
      const oldest = new Gauge({
        name: 'ingest_notices_oldest_seconds',
        help: 'Age of the oldest notice that waits for its document, by vendor.',
        labelNames: ['vendor'],
        registers: [registry],
      });
      new Gauge({
        name: 'ingest_notices_waiting',
        help: 'Notices that wait for their documents, by vendor.',
        labelNames: ['vendor'],
        registers: [registry],
        async collect() {
          const rows = await unlessDown(read);
          this.reset();
          oldest.reset();
          for (const { vendor, count, seconds } of rows ?? []) {
            this.set({ vendor }, count);
            oldest.set({ vendor }, seconds);
          }
        },
      });
    },
    observeSilences(read) {
      observeByVendor(registry, vendors, {
        name: 'silent_data_types',
        help: 'Data types of connections of which nothing came for longer than their rhythm, by cause.',
        label: 'cause',
        values: silenceCauses,
        read,
      });
    },
  };
}

type VendorGauge<Label extends string> = {
  readonly name: string;
  readonly help: string;
  readonly label: Label;
  /** All values of the label; those without a row show 0. */
  readonly values: readonly string[];
  readonly read: Read<{ readonly vendor: string; readonly n: number } & Readonly<Record<Label, string>>>;
};

/** A gauge of counts by vendor and one more label. */
function observeByVendor<Label extends string>(
  registry: Registry,
  vendors: VendorNames,
  { name, help, label, values, read }: VendorGauge<Label>,
): void {
  new Gauge({
    name,
    help,
    labelNames: ['vendor', label],
    registers: [registry],
    async collect() {
      const rows = await unlessDown(read);
      this.reset();
      if (rows === undefined) return;
      for (const { name: vendor } of vendors) for (const value of values) this.labels(vendor, value).set(0);
      for (const row of rows) this.labels(row.vendor, row[label]).set(row.n);
    },
  });
}

/** PostgreSQL is down, and its component says so: no figure is better than an old one. */
async function unlessDown<Row>(read: Read<Row>): Promise<readonly Row[] | undefined> {
  return read().catch(() => undefined);
}
