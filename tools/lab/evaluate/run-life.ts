import { personEvents } from '../population/person-events.ts';
import { planDay } from '../population/day-plan.ts';
import type { Person } from '../population/person.ts';
import { createAlertTally, type CountedAlert } from '@bridge/cli/alert-tally';
import type { CreateEngine } from './engine.ts';

export type LifeResult = {
  readonly alerts: readonly CountedAlert[];
  readonly transitions: number;
};

/** Lets every engine decide on the first days of a person, each event made once for all of them. */
export function runLife(
  person: Person,
  days: number,
  engines: readonly CreateEngine[],
): { readonly events: number; readonly results: readonly LifeResult[] } {
  const runs = engines.map((createEngine) => ({
    engine: createEngine(person.userId),
    tally: createAlertTally(),
    transitions: 0,
  }));
  let events = 0;
  for (const event of personEvents(person, days)) {
    events += 1;
    for (const run of runs) {
      const { alerts, transitions } = run.engine.decide(event);
      if (alerts.length > 0) run.tally.take(alerts);
      run.transitions += transitions;
    }
  }
  const end = planDay(person, days).night.from;
  for (const run of runs) {
    const { alerts, transitions } = run.engine.tick(end);
    run.tally.take(alerts);
    run.transitions += transitions;
  }
  return {
    events,
    results: runs.map(({ tally, transitions }) => ({ alerts: tally.counted(), transitions })),
  };
}
