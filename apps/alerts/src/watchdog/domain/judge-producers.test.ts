import { testMorning } from '@bridge/testing';
import { describe, expect, test } from 'vitest';
import { defaultLimits, judgeProducers, type Producer } from './judge-producers.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const now = testMorning + 12 * hour;

const cognition: Producer = {
  source: 'cognition',
  heartbeatAt: now - 15 * second,
  activeConnections: null,
  lastAcceptedAt: null,
  lastDecisionAt: now - minute,
  silentSince: null,
  stalledSince: null,
};
const ingest: Producer = {
  ...cognition,
  source: 'webhook-ingest',
  activeConnections: 3,
  lastAcceptedAt: now - minute,
  lastDecisionAt: null,
};

function judge(
  given: { readonly cognition?: Partial<Producer>; readonly ingest?: Partial<Producer> } = {},
  listeningSince = testMorning,
) {
  const producers = [
    { ...cognition, ...given.cognition },
    { ...ingest, ...given.ingest },
  ];
  return judgeProducers({ producers, listeningSince, now, limits: defaultLimits });
}

const nothing = { begun: [], standing: [], ended: [] };

test('nothing is wrong while both live and data moves', () => {
  expect(judge()).toEqual(nothing);
});

describe('a producer is silent', () => {
  const silence = { kind: 'pipeline.cognition_silent', source: 'cognition', since: now - minute };

  test('after a minute without a heartbeat, since the last one', () => {
    expect(judge({ cognition: { heartbeatAt: now - minute + 1 } })).toEqual(nothing);
    expect(judge({ cognition: { heartbeatAt: now - minute } })).toEqual({ ...nothing, begun: [silence] });
  });

  test('once, until a heartbeat arrives', () => {
    const told = { heartbeatAt: now - 10 * minute, silentSince: silence.since };
    expect(judge({ cognition: told })).toEqual({ ...nothing, standing: [silence] });
    expect(judge({ cognition: { ...told, heartbeatAt: now } })).toEqual({ ...nothing, ended: [silence] });
  });

  test('although it never sent a heartbeat, two minutes after this service began to listen', () => {
    const judgeEmpty = (listeningSince: number) =>
      judgeProducers({ producers: [], listeningSince, now, limits: defaultLimits }).begun;
    expect(judgeEmpty(now - 2 * minute + 1)).toEqual([]);
    const since = now - 2 * minute;
    expect(judgeEmpty(since)).toEqual([
      { kind: 'pipeline.cognition_silent', source: 'cognition', since },
      { kind: 'pipeline.ingest_silent', source: 'webhook-ingest', since },
    ]);
  });

  test('but not in the first two minutes; what stands then goes on', () => {
    const silent = { heartbeatAt: now - hour };
    expect(judge({ cognition: silent }, now - 2 * minute + 1)).toEqual(nothing);
    expect(judge({ cognition: { ...silent, silentSince: silence.since } }, now)).toEqual({
      ...nothing,
      standing: [silence],
    });
  });
});

describe('the pipeline is stalled', () => {
  const moved = now - 6 * hour;
  const stall = { kind: 'pipeline.stalled', source: 'webhook-ingest', since: moved };
  const still = { cognition: { lastDecisionAt: moved }, ingest: { lastAcceptedAt: moved - minute } };

  test('after six hours without an event and without a decision', () => {
    expect(judge(still)).toEqual({ ...nothing, begun: [stall] });
    expect(judge({ ...still, cognition: { lastDecisionAt: moved + 1 } })).toEqual(nothing);
    expect(judge({ ...still, ingest: { lastAcceptedAt: moved + 1 } })).toEqual(nothing);
  });

  test.each([0, null])('not with %s active connections', (activeConnections) => {
    expect(judge({ ...still, ingest: { ...still.ingest, activeConnections } })).toEqual(nothing);
  });

  test('until something moves', () => {
    const told = { ...still.ingest, stalledSince: moved };
    expect(judge({ ...still, ingest: told })).toEqual({ ...nothing, standing: [stall] });
    expect(judge({ ...still, ingest: { ...told, lastAcceptedAt: now } })).toEqual({
      ...nothing,
      ended: [stall],
    });
  });

  test('neither begins nor ends while a producer is silent', () => {
    const silent = { cognition: { lastDecisionAt: moved, heartbeatAt: now - hour } };
    expect(judge({ ...still, ...silent }).begun).toMatchObject([{ kind: 'pipeline.cognition_silent' }]);
    const told = { ingest: { lastAcceptedAt: now, stalledSince: moved } };
    expect(judge({ ...told, ...silent })).toMatchObject({ standing: [stall], ended: [] });
  });

  test('where nothing ever moved, six hours after this service began to listen', () => {
    const never = { cognition: { lastDecisionAt: null }, ingest: { lastAcceptedAt: null } };
    expect(judge(never, now - 6 * hour + 1)).toEqual(nothing);
    expect(judge(never, now - 6 * hour).begun).toEqual([stall]);
  });
});
