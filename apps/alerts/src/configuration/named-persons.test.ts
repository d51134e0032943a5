import { expect, test } from 'vitest';
import { createRecordNamed, matchesOfRouting } from './named-persons.ts';
import type { Access } from './rows/access-log.ts';

function open(known: readonly string[]) {
  const recorded: Access[] = [];
  const find = (userIds: Iterable<string>) =>
    Promise.resolve(
      new Map(
        [...userIds]
          .filter((userId) => known.includes(userId))
          .map((userId) => [userId, { erased: true, subjectId: `subject of ${userId}`, userId } as const]),
      ),
    );
  const recordNamed = createRecordNamed({ find }, (access) => {
    recorded.push(access);
    return Promise.resolve();
  });
  return { recordNamed, recorded };
}

const access = { accessor: 'key:clinic', table: 'alerts.silences' } as const;

test('persons who are named in full are recorded, each once', async () => {
  const { recordNamed, recorded } = open(['ada', 'grace']);
  await recordNamed(access, [
    { user_id: ['ada', { prefix: 'x-' }] },
    { user_id: ['ada', 'grace', 'unknown'], kind: ['rule.pulse_high'] },
    { severity: ['critical'] },
  ]);
  expect(recorded).toEqual([{ ...access, subjectIds: ['subject of ada', 'subject of grace'] }]);
});

test('where nobody is named, nothing is recorded', async () => {
  const { recordNamed, recorded } = open(['ada']);
  await recordNamed(access, [{ kind: ['rule.pulse_high'] }, { user_id: [{ prefix: 'a' }] }]);
  expect(recorded).toEqual([]);
});

test('a routing names persons in routes of any depth, and in inhibitions', () => {
  const names = matchesOfRouting({
    default: { channels: [] },
    routes: [{ name: 'a', match: { user_id: ['1'] }, routes: [{ name: 'b', match: { user_id: ['2'] } }] }],
    inhibitions: [
      { source: { user_id: ['3'] }, target: { user_id: ['4'] }, same_person: true, same_system: false },
    ],
    systems: {},
  }).flatMap(({ user_id }) => user_id ?? []);
  expect(names).toEqual(['1', '2', '3', '4']);
});
