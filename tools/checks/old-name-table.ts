/**
 * Names that were given up, with the folder in which each is forbidden. A name is forbidden where it stood and in the folder that
 * took its place; the same word may be right elsewhere, and prose is free.
 */
export type OldName = {
  /** Folders, each with everything below it. */
  readonly folders: readonly string[];
  /** File names, without folder. */
  readonly files?: readonly string[];
  /** Types, functions, variables and classes that are declared at any depth. */
  readonly declarations?: readonly string[];
  /** Properties and methods of types, and keys of objects. */
  readonly members?: readonly string[];
  /** String literals outside of tests, but as the whole value of an exported constant: that is the one place that maps them. */
  readonly literals?: readonly string[];
  /** Instead of it; shown with each find. */
  readonly use: string;
};

const ingest = ['apps/webhook-ingest'];
const cognition = ['apps/cognition', 'libs/decision-store'];
const policy = ['apps/cognition', 'libs/mode-policy', 'libs/decision-store'];
const kafka = ['libs/kafka'];
const auth = ['libs/auth'];
const vault = ['libs/vault', 'libs/auth', 'libs/decision-store', 'apps', 'cli', 'tools'];
const lab = ['tools/lab', 'tools/proof', 'tools/vendor-sim', 'tools/simulate', 'tools/bench'];
const everywhere = ['apps', 'libs', 'cli', 'tools'];

export const oldNames: readonly OldName[] = [
  // webhook-ingest
  {
    folders: ingest,
    files: ['meet-obstacle.ts'],
    declarations: ['Obstacle', 'MeetObstacle', 'createMeetObstacle', 'meetObstacle'],
    use: 'handle-vendor-failure.ts, VendorFailure',
  },
  {
    folders: ingest,
    files: ['place-in-line.ts', 'place-in-line.test.ts'],
    declarations: ['placeInLine', 'placeAt', 'heldUntil', 'mirrored'],
    use: 'queue-position.ts',
  },
  {
    folders: ingest,
    files: ['notice-line.ts', 'notice-line.int.test.ts'],
    declarations: ['NoticeLine', 'createNoticeLine'],
    members: ['hold'],
    use: 'notice-queue.ts: pause, resume',
  },
  {
    folders: ingest,
    files: ['vendor-gate.ts', 'outage.ts'],
    declarations: ['VendorGate', 'createVendorGate', 'createOutage'],
    use: 'vendor-breaker.ts',
  },
  { folders: ingest, files: ['told-object.ts'], declarations: ['ToldObject'], use: 'ObjectObservation' },
  {
    folders: ingest,
    files: ['put-night-together.ts'],
    declarations: ['PutTogether', 'putNightTogether'],
    members: ['putTogether'],
    use: 'MergeWithCurrent, merge-night.ts',
  },
  {
    folders: ingest,
    files: ['night-parts.ts', 'summed-night.ts'],
    declarations: ['Stretch', 'NightParts', 'SummedNight', 'summedNight'],
    use: 'night-segments, night-totals, Interval',
  },
  {
    folders: ingest,
    files: ['understand-export.ts', 'understand-record.ts'],
    declarations: ['Understood', 'UnderstoodReading', 'understandExport', 'understandRecord'],
    use: 'parse-export.ts, parse-record.ts, ParsedItem',
  },
  {
    folders: ingest,
    files: ['standing-documents.ts'],
    declarations: ['createStanding', 'JudgedObservation'],
    use: 'current-documents.ts, loadCurrent',
  },
  {
    folders: ingest,
    files: ['judge-object.ts', 'judge-point.ts'],
    declarations: ['judgeObject', 'judgePoint', 'PointFate', 'Fate', 'PointVerdict', 'JudgedPoint'],
    use: 'classify-object.ts, classify-point.ts, PointOutcome',
  },
  { folders: ingest, declarations: ['Departure', 'departureOf'], use: 'OutboxWrite, outboxWrite' },
  {
    folders: ingest,
    files: ['accept-batch.ts'],
    declarations: ['KafkaReach', 'createAcceptBatch'],
    use: 'publish-or-spool.ts, KafkaStatus',
  },
  { folders: [...ingest, 'apps/alerts', 'libs/delivery'], files: ['collect-batches.ts'], use: 'batcher.ts' },
  {
    folders: ['apps/webhook-ingest/src'],
    files: ['open-delivery.ts'],
    declarations: ['openDelivery', 'Delivery'],
    use: 'EventPublisher',
  },
  {
    folders: ingest,
    files: ['open-connection.ts'],
    declarations: ['AskedConnection', 'openConnection'],
    use: 'load-connection.ts, ConnectionSnapshot',
  },
  {
    folders: ingest,
    files: ['connect-person.ts', 'disconnect-person.ts'],
    declarations: ['Wish', 'Begun', 'Finished', 'createConnectPerson', 'createDisconnectPerson'],
    use: 'authorize.ts, revoke.ts',
  },
  {
    folders: ingest,
    files: ['connect-rows.ts', 'connection-rows.ts'],
    use: 'connection-writes.ts, connection-queries.ts',
  },
  { folders: ingest, declarations: ['adoptStrays'], members: ['adoptStrays'], use: 'attachEarlyNotices' },
  {
    folders: ingest,
    files: ['known-runners.ts'],
    declarations: ['keepRunnerKnown'],
    use: 'worker-liveness.ts',
  },
  {
    folders: ingest,
    files: ['superseded-jobs.ts'],
    declarations: ['createRemoveSuperseded'],
    use: 'stale-jobs.ts',
  },
  {
    folders: ingest,
    files: ['rhythms.ts'],
    declarations: ['Told', 'Situation', 'situationOf', 'rhythms', 'Rhythm'],
    use: 'ReportedSilence, FeedState, expectedIntervals',
  },
  {
    folders: ingest,
    declarations: ['Tally', 'addTo', 'noTally'],
    use: 'ImportCounts, addCounts, zeroCounts',
  },
  {
    folders: ingest,
    files: ['network-of.ts', 'return-address.ts', 'at-offset.ts'],
    declarations: ['networkOf', 'returnAddress', 'atOffset'],
    use: 'client-network, return-url, with-offset',
  },

  // cognition and the libraries that came out of it
  {
    folders: cognition,
    files: ['think.ts'],
    declarations: ['createThinking', 'Think', 'Thinking'],
    use: 'run-graph.ts, createGraphRunner',
  },
  {
    folders: cognition,
    declarations: ['Session', 'TickSession', 'openSession'],
    members: ['openSession'],
    use: 'BatchTransaction',
  },
  {
    folders: policy,
    files: ['pass-time.ts'],
    declarations: ['startPassingTime'],
    use: 'tick-sweeper.ts, run-due-ticks.ts',
  },
  {
    folders: cognition,
    files: ['decided-up-to.ts', 'decided-up-to.int.test.ts'],
    declarations: ['createDecidedUpTo', 'decidedUpTo'],
    use: 'watermark.ts',
  },
  {
    folders: cognition,
    files: ['only-one.ts'],
    declarations: ['OnlyOneOptions', 'startOnlyOne'],
    use: 'leader-lock.ts',
  },
  {
    folders: cognition,
    files: ['upkeep.ts', 'housekeeping.ts', 'census.ts', 'housekeeping.int.test.ts'],
    declarations: ['startHousekeeping', 'createUpkeep', 'Census', 'createCensus'],
    use: 'partition-maintenance, maintenance, population-metrics',
  },
  {
    folders: [...cognition, ...kafka],
    files: ['in-halves.ts', 'in-halves.test.ts'],
    declarations: ['inHalves', 'halve'],
    use: 'bisect.ts',
  },
  {
    folders: ['libs/kafka', 'libs/delivery', 'apps'],
    declarations: ['condemned'],
    members: ['condemned'],
    use: 'poisoned',
  },
  { folders: policy, declarations: ['Doubt', 'reviewDoubts'], use: 'OpenHypothesis, reviewHypotheses' },
  { folders: policy, declarations: ['Hold'], use: 'ActiveRule' },
  { folders: policy, files: ['lanes.ts'], use: 'baseline-series.ts' },
  {
    folders: policy,
    files: ['take-back.ts', 'needs.ts', 'absorb.ts', 'needs.test.ts'],
    declarations: ['Absorbed', 'absorb'],
    use: 'retract.ts, required-history.ts, apply-event.ts',
  },
  {
    folders: policy,
    declarations: ['Brought', 'Around', 'About', 'Taking'],
    use: 'EventDelta, DecisionContext, DecisionSubject, DayRecount',
  },
  { folders: auth, declarations: ['Lane'], use: 'LookupQueue' },

  // kafka, core and vault
  {
    folders: kafka,
    files: ['small-encoders.ts', 'packed-headers.ts', 'small-encoders.test.ts', 'packed-headers.test.ts'],
    declarations: ['keepEncodersSmall', 'keepHeadersPacked'],
    use: 'kafkajs-patches/encoder.ts, kafkajs-patches/headers.ts',
  },
  {
    folders: kafka,
    files: ['own-message.ts', 'incoming.ts', 'outgoing.ts', 'log-peek.ts'],
    declarations: ['OwnMessage', 'LogPeek', 'createLogPeek'],
    use: 'message-maker, message, outbox-payload, log-reader',
  },
  {
    folders: vault,
    declarations: ['openWith', 'openForService'],
    members: ['openForService'],
    use: 'unsealWith, unsealForService',
  },
  { folders: ['libs/vault'], declarations: ['openOne', 'openSubject'], use: 'unseal…' },
  { folders: ['libs/auth'], declarations: ['openUsers'], use: 'unseal…' },
  { folders: ['libs/postgres'], declarations: ['openSteadyPool'], use: 'create…' },
  { folders: kafka, declarations: ['openCluster', 'openLane'], use: 'create…' },
  { folders: ['apps/alerts'], declarations: ['openEpisode', 'openEpisodes'], use: 'unseal…, load…' },
  {
    folders: cognition,
    files: ['open-archive.ts', 'open-decisions.ts', 'open-outbox.ts', 'open-wire.ts'],
    declarations: [
      'OpenDecisionsDeps',
      'openDecisions',
      'openArchive',
      'openOutbox',
      'openWire',
      'openAll',
      'openState',
      'openSnapshot',
      'openEvent',
      'openRecord',
    ],
    use: 'create…, connect…, unseal…, load…',
  },
  {
    folders: ingest,
    files: [
      'open-message-maker.ts',
      'open-outbox.ts',
      'open-vendors.ts',
      'open-apple-import.ts',
      'open-body.ts',
      'open-connections.ts',
      'open-pulls.ts',
      'open-notices.ts',
      'open-raw-bodies.ts',
      'open-silence.ts',
    ],
    declarations: [
      'OpenSession',
      'openSession',
      'openMessageMaker',
      'openOutbox',
      'openVendors',
      'openSilence',
      'openBody',
      'openRawBodies',
      'openWindow',
      'openDocument',
      'openEither',
      'openNotices',
      'openPulls',
      'openApis',
      'openConnections',
      'openRenewals',
      'openFor',
      'openTokens',
      'openAppleImport',
    ],
    use: 'wire…, create…, unseal…, load…',
  },
  {
    folders: ['apps/webhook-ingest/src'],
    literals: ['nobody'],
    use: "'unknown_user'; the stored state has one constant",
  },
  {
    folders: ['apps/webhook-ingest/src/documents'],
    literals: ['kept'],
    use: "'unmapped'; the stored state has one constant",
  },

  // the lab
  {
    folders: lab,
    files: ['strike.ts', 'strike-often.ts', 'bear-outage.ts', 'courier.ts', 'shelf.ts', 'side.ts', 'cast.ts'],
    use: 'inject-fault, check-outage, notice-sender, document-store, vendor-state, scenario',
  },
  { folders: ['docs'], files: ['missed-figures.yaml'], use: 'missed-targets.yaml' },

  // Participles are no types.
  {
    folders: everywhere,
    declarations: [
      'Found',
      'Fetched',
      'Reached',
      'Wanted',
      'Asked',
      'Opened',
      'Judged',
      'Pulled',
      'Listed',
      'Kept',
      'Admitted',
      'Handled',
      'Staged',
      'Written',
      'Granted',
      'Ended',
      'Earlier',
    ],
    use: 'a noun that says what it is, such as FetchResult, StoredRow, AdmittedEvent, BatchOutcome',
  },
];
