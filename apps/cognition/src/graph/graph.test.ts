import { utc, type BiometricEvent } from '@bridge/contracts';
import { buildEvent, buildReading, testMorning } from '@bridge/testing';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compose, requireRules } from '@bridge/mode-policy';
import { createBatchGraph } from './graph.ts';
import { createGraphRunner, resultsOf } from './run-graph.ts';
import type { Item, ItemResult } from './state.ts';
import { statementsOf } from './statements.ts';

const file = readFileSync(new URL('../../../../config/neuros.yaml', import.meta.url), 'utf8');
const rules = requireRules(file, 'neuros.yaml');

/** It opens a question, and one of its readings is no signal. */
const lowTogether: Partial<BiometricEvent> = {
  readings: [
    buildReading({ value: 19 }),
    buildReading({ metric: 'heart_rate', value: 45, unit: '/min' }),
    buildReading({ metric: 'steps', value: 7, unit: '{steps}', statistic: 'minimum' }),
  ],
};

// `npx vitest run --project unit apps/cognition/src/graph -u` draws it anew.
it('looks like its picture in the docs', async () => {
  const picture = (await createBatchGraph(rules).getGraphAsync()).drawMermaid();
  await expect(picture).toMatchFileSnapshot('../../../../docs/cognition-graph.mmd');
});

it('decides every event of a batch once, in the order in which it was read, whatever device it came from', async () => {
  const runGraph = createGraphRunner();
  const sources = ['oura', 'whoop', 'apple', 'manual', 'a-partner', 'oura'];
  const items = sources.map((source, index) => ({
    index,
    subjectId: `subject-${index % 2}`,
    event: buildEvent({ source, user_id: `user-${index % 2}` }),
  }));
  const { decided, remembered } = await runGraph(items, new Map(), rules);
  expect(decided.map(({ decisions }) => decisions.at(-1)?.state.seq)).toEqual([1, 1, 2, 2, 3, 3]);
  expect([...remembered.keys()]).toEqual(['subject-0', 'subject-1']);
});

it('a mode node that fails loses no decision, no alert and no insight', async () => {
  const failures: string[] = [];
  const graph = createBatchGraph(rules, {
    modeNode: () => () => {
      throw new TypeError('no insight');
    },
    onModeFailure: (mode) => failures.push(mode),
  });
  const items = itemsOf(lowTogether);
  const { decided, insights } = await graph.invoke({ items, people: new Map() });
  expect(decided).toMatchObject([{ decisions: [{ transition: { from: null, to: 'hypothesis' } }] }]);
  expect(failures).toEqual(['hypothesis']);
  const [decision] = decided[0]?.decisions ?? [];
  expect(insights).toMatchObject([
    {
      composed: {
        transition: decision?.transition,
        alertSignals: decision?.alertSignals,
        insights: [
          { ...decision?.insights[0], summary: 'hypothesis opened' },
          { ...decision?.insights[1], summary: 'device learning' },
        ],
      },
    },
  ]);
  expect(decision?.alertSignals).not.toEqual([]);
});

describe('the channels', () => {
  it('of questions and patterns are told as each decision tells them, also if a question ends in its batch', async () => {
    const { decided } = await createGraphRunner()(await askedAndAnswered(), new Map(), rules);
    expect(insightsOf(decided).map(({ kind }) => kind)).toEqual([
      'hypothesis_opened',
      'device_learning',
      'hypothesis_settled',
    ]);
    const alone = decided.flatMap(({ decisions }) =>
      decisions.flatMap((one) => compose(one, rules).insights),
    );
    expect(insightsOf(decided)).toEqual(alone);
  });

  it('of questions and patterns decide alone which insights are told', async () => {
    const items = await askedAndAnswered();
    const channels = await createBatchGraph(rules).invoke({ items, people: new Map() });
    const toldOf = (given: Partial<typeof channels>) =>
      statementsOf({ ...channels, ...given }).map(({ insights }) => insights.map(({ kind }) => kind));
    expect(toldOf({})).toEqual([['hypothesis_opened', 'device_learning'], ['hypothesis_settled']]);
    expect(toldOf({ hypotheses: {} })).toEqual([['device_learning'], []]);
    expect(toldOf({ hypotheses: {}, patterns_detected: [] })).toEqual([[], []]);
  });

  it('of confidence and analysis are recorded with the switches', async () => {
    const items = itemsOf({ readings: [buildReading({ value: 60 })] }, lowTogether, lowTogether);
    const channels = await createBatchGraph(rules).invoke({ items, people: new Map() });
    const [first, second, third] = resultsOf(channels);
    const analysis = { source: 'oura', signals: 1, steps: 0, flags: [], unused: [] };
    expect(first?.findings).toEqual([{ confidence: 1, analysis }]);
    const unused = [{ metric: 'steps', reason: 'statistic', count: 1 }];
    expect(second?.findings).toMatchObject([{ analysis: { signals: 2, unused } }]);
    expect(third?.findings).toBeUndefined();
    const other = resultsOf({ ...channels, confidence_scores: [{ index: 2, place: 0, confidence: 0.3 }] });
    expect(other.map(({ findings }) => findings?.[0]?.confidence)).toEqual([undefined, undefined, 0.3]);
  });

  it('record no analysis with a switch by time that passed before the event', async () => {
    const late = utc(testMorning + 3 * 86_400_000);
    const items = itemsOf(lowTogether, { timestamp: late, received_at: late });
    const { decided } = await createGraphRunner()(items, new Map(), rules);
    const { decisions = [], findings = [] } = decided[1] ?? {};
    const places = decisions.flatMap(({ transition }, place) => (transition === null ? [] : [place]));
    expect(places).toEqual([0]);
    expect(decisions.length).toBeGreaterThan(1);
    expect(findings[0]).toEqual({ confidence: decisions[0]?.transition?.confidence });
  });
});

/** Events of one person, a minute apart. */
function itemsOf(...events: readonly Partial<BiometricEvent>[]): Item[] {
  return events.map((given, index) => {
    const time = utc(testMorning + index * 60_000);
    return {
      index,
      subjectId: 'subject',
      event: buildEvent({ timestamp: time, received_at: time, ...given }),
    };
  });
}

/** The items of a batch in which a question is asked and answered. */
async function askedAndAnswered(): Promise<Item[]> {
  const first = itemsOf(lowTogether);
  const [asked] = insightsOf((await createGraphRunner()(first, new Map(), rules)).decided);
  const [, second] = itemsOf(lowTogether, {
    source: 'manual',
    event_type: 'answer',
    readings: [],
    answer: { hypothesis_id: asked?.hypothesis_id ?? '', answer: 'fine' },
  });
  return second ? [...first, second] : first;
}

function insightsOf(items: readonly ItemResult[]) {
  return items.flatMap(({ composed = [] }) => composed.flatMap((one) => one?.insights ?? []));
}
