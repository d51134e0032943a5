import { buildEvent } from '@bridge/testing';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { requireRules } from '@bridge/mode-policy';
import { createBatchGraph } from './graph.ts';
import { createGraphRunner } from './run-graph.ts';

const file = readFileSync(new URL('../../../../config/neuros.yaml', import.meta.url), 'utf8');
const rules = requireRules(file, 'neuros.yaml');

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

it('a mode node that fails loses no decision', async () => {
  const failures: string[] = [];
  const graph = createBatchGraph(rules, {
    modeNode: () => () => {
      throw new TypeError('no insight');
    },
    onModeFailure: (mode) => failures.push(mode),
  });
  const items = [{ index: 0, subjectId: 'subject', event: buildEvent() }];
  const { decided, insights } = await graph.invoke({ items, people: new Map() });
  expect(decided).toMatchObject([{ decisions: [{ transition: { from: null, to: 'pattern' } }] }]);
  expect(insights).toEqual([]);
  expect(failures).toEqual(['pattern']);
});
