import { readFileSync } from 'node:fs';
import { utc } from '@bridge/contracts';
import {
  collectKnown,
  decide,
  evolve,
  initialState,
  requireRules,
  signalsOf,
  type PersonState,
} from '@bridge/mode-policy';
import { expect, it } from 'vitest';
import { dayEvents, pastEvents } from './play-demo.ts';
import { toBiometricEvent } from './wire/to-biometric-event.ts';

const file = readFileSync(new URL('../../../config/neuros.yaml', import.meta.url), 'utf8');
const rules = requireRules(file, 'neuros.yaml');
const startedAt = Date.parse('2026-03-20T09:00:00Z');
const play = { seed: 1, startedAt, dayMinutes: 24 };

type Person = { state: PersonState; readonly known: ReturnType<typeof collectKnown> };

/** The switches of everybody in the first minutes, as `person mode reason`. */
function switchesWithin(minutes: number): string[] {
  const people = new Map<string, Person>();
  const due = startedAt + minutes * 60_000;
  const events = [...pastEvents(play), ...dayEvents(play, 0).filter((one) => one.due <= due)];
  return events.flatMap(({ event: sent, due: at }) => {
    const event = { ...toBiometricEvent(sent), received_at: utc(at) };
    const person = people.get(event.user_id) ?? { state: initialState, known: collectKnown() };
    people.set(event.user_id, person);
    const command = { kind: 'event', event, signals: signalsOf(event, rules), known: person.known } as const;
    const decisions = decide(person.state, command, rules);
    person.known.add(event);
    person.state = evolve(person.state, decisions);
    return decisions.flatMap(({ transition }) =>
      transition === null ? [] : [`${event.user_id} ${transition.to} ${transition.reason}`],
    );
  });
}

it('under the shipped rules the demo shows a switch of each kind within six minutes, and of nobody who is well', () => {
  const switches = switchesWithin(6);
  expect(switches).toEqual(
    expect.arrayContaining([
      'cleo reflex stress_high',
      'finn guardian recovery_low',
      'emil reflex pulse_high',
    ]),
  );
  const ofTheWell = switches.filter((one) => /^(ada|ben) /.test(one));
  expect(new Set(ofTheWell)).toEqual(new Set(['ada pattern first_decision', 'ben pattern first_decision']));
});
