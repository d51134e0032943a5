import type { Context } from '@bridge/contracts';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readFileSync } from 'node:fs';
import { decide, type Decision } from './decide.ts';
import { initial, type PersonState } from './person-state.ts';
import { createRuleSet, ruleSetSchema } from './rule-set.ts';

const file = readFileSync(new URL('../../../../config/neuros.yaml', import.meta.url), 'utf8');
const rules = createRuleSet(ruleSetSchema.parse(parse(file)));
const seven = Date.parse('2026-11-20T07:00:00Z');
const minutes = 60_000;

type Given = { readonly at?: number; readonly arrived?: number; readonly context?: Context } & Record<
  string,
  unknown
>;

/** An event: readings by metric, `at` minutes after seven, arrived then or later. */
function event({ at = 0, arrived = at, context = 'unknown', ...readings }: Given, nr = 0) {
  const eventId = nr.toString(16).padStart(32, '0');
  return {
    userId: 'person-1',
    eventId,
    receivedAt: seven + arrived * minutes,
    signals: Object.entries(readings).map(([metric, value]) => ({
      metric,
      value: Number(value),
      context,
      at: seven + at * minutes,
      source: 'oura',
      eventId,
    })),
  };
}

/** Decides one after the other; returns the last decision. */
function after(...given: Given[]): Decision {
  let state: PersonState = initial;
  let last: Decision | undefined;
  for (const [nr, one] of given.entries()) {
    last = decide(state, event(one, nr), rules);
    state = last.state;
  }
  if (!last) throw new Error('nothing was given');
  return last;
}

const stressed = { hrv_rmssd: 25, readiness_score: 65 };
const calm = { hrv_rmssd: 45, readiness_score: 80 };

describe('a first event', () => {
  it.each([
    ['calm readings switch from nothing to pattern', calm, 'pattern'],
    ['no readings at all do so too', {}, 'pattern'],
    ['stress overload switches from nothing to reflex', stressed, 'reflex'],
  ])('%s', (_name, given, mode) => {
    const { transition, state } = after(given);
    expect(transition).toMatchObject({ from: null, to: mode, seq: 1 });
    expect(state).toMatchObject({ mode, seq: 1 });
  });
});

describe('stress overload fires', () => {
  it.each([
    [{ hrv_rmssd: 29.9, readiness_score: 69 }, 'reflex'],
    [{ hrv_rmssd: 30, readiness_score: 69 }, 'pattern'],
    [{ hrv_rmssd: 29.9, readiness_score: 70 }, 'pattern'],
    [{ hrv_rmssd: 29.9 }, 'pattern'],
    [{ readiness_score: 60 }, 'pattern'],
  ])('at %o: %s', (given, mode) => {
    expect(after(given).state.mode).toBe(mode);
  });

  it('when its inputs come in two events', () => {
    expect(after({ hrv_rmssd: 25 }, { at: 1, readiness_score: 65 }).transition).toMatchObject({
      from: 'pattern',
      to: 'reflex',
      reason: 'stress_overload',
      confidence: 0.85,
      rules_fired: ['stress_overload'],
    });
  });

  it('never on RMSSD measured in motion', () => {
    expect(after({ ...stressed, context: 'active' }).state.mode).toBe('pattern');
  });

  it('only at an event that brought one of its inputs', () => {
    const { transition, state } = after(stressed, { at: 1, heart_rate: 60 });
    expect(state.mode).toBe('reflex');
    expect(transition).toBeNull();
  });
});

describe('stress overload holds', () => {
  it.each([
    [{ hrv_rmssd: 32.9, readiness_score: 74 }, 'reflex'],
    [{ hrv_rmssd: 33, readiness_score: 74 }, 'pattern'],
    [{ hrv_rmssd: 32.9, readiness_score: 75 }, 'pattern'],
  ])('until %o: %s', (given, mode) => {
    expect(after(stressed, { at: 1, ...given }).state.mode).toBe(mode);
  });

  it('no longer than its inputs are fresh', () => {
    expect(after(stressed, { at: 59, heart_rate: 60 }).state.mode).toBe('reflex');
    expect(after(stressed, { at: 61, heart_rate: 60 }).state.mode).toBe('pattern');
  });

  it('for a day when the RMSSD is that of a night', () => {
    expect(after({ ...stressed, context: 'sleep' }, { at: 23 * 60, heart_rate: 60 }).state.mode).toBe(
      'reflex',
    );
  });
});

describe('late readings', () => {
  it('fire nothing: a newer one of the same metric and context was decided on', () => {
    const { state, transition } = after({ at: 10, ...calm }, { at: 5, arrived: 11, ...stressed });
    expect(transition).toBeNull();
    expect(state.mode).toBe('pattern');
  });

  it('a night that arrives after an hour of live pulse still switches', () => {
    const pulse = Array.from({ length: 60 }, (_, at) => ({ at: at + 60, heart_rate: 60 }));
    const night = { at: 30, arrived: 121, context: 'sleep' as const, ...stressed };
    expect(after(...pulse, night).transition).toMatchObject({ from: 'pattern', to: 'reflex' });
  });

  it('now never goes back', () => {
    expect(after({ at: 10, ...calm }, { at: 20, arrived: 5, heart_rate: 60 }).state.now).toBe(
      seven + 10 * minutes,
    );
  });
});

describe('alert signals', () => {
  it('fire on entering reflex, critical, with the readings that caused it', () => {
    const { alertSignals, transition } = after(stressed);
    expect(alertSignals).toMatchObject([
      {
        kind: 'mode.reflex',
        status: 'firing',
        severity: 'critical',
        transition_id: transition?.transition_id,
        evidence: {
          rules: ['stress_overload'],
          readings: [{ metric: 'hrv_rmssd', value: 25, unit: 'ms' }, {}],
        },
      },
    ]);
  });

  it('resolve under the same id on leaving', () => {
    const [fired] = after(stressed).alertSignals;
    const [resolved] = after(stressed, { at: 1, ...calm }).alertSignals;
    expect(resolved).toMatchObject({ status: 'resolved', severity: 'critical', alert_id: fired?.alert_id });
    expect(resolved?.signal_id).not.toBe(fired?.signal_id);
  });
});

it('the same events always give the same decisions and ids', () => {
  expect(after(stressed, { at: 1, ...calm })).toEqual(after(stressed, { at: 1, ...calm }));
});

it('rules are named by what they say, not by how the file is written', () => {
  const reordered = file.replace('{ sleep: 24h, otherwise: 1h }', '{ otherwise: 60min, sleep: 1d } # same');
  expect(reordered).not.toBe(file);
  expect(createRuleSet(ruleSetSchema.parse(parse(reordered))).hash).toBe(rules.hash);
  const changed = file.replace('hrv_rmssd_below: 30', 'hrv_rmssd_below: 31');
  expect(createRuleSet(ruleSetSchema.parse(parse(changed))).hash).not.toBe(rules.hash);
});
