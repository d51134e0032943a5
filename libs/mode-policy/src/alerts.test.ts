import { alertStateSignalSchema, modeTransitionSchema } from '@bridge/contracts';
import { describe, expect, it } from 'vitest';
import { createPerson, givenRules, hour, minute } from '../test/policy-story.ts';

const acute = { heart_rate: 110 };
const calm = { heart_rate: 65 };
const tired = { recovery_score: 30 };

describe('an alert', () => {
  it.each([
    ['reflex', acute, 'critical'],
    ['guardian', tired, 'warning'],
  ])('is raised when %s is entered', (mode, values, severity) => {
    const anna = createPerson().reports(values);
    expect(anna.last.alertSignals).toHaveLength(1);
    expect(anna.last.alertSignals[0]).toMatchObject({
      kind: `mode.${mode}`,
      status: 'firing',
      severity,
      source: 'cognition',
      user_id: 'anna',
      transition_id: anna.last.transition?.transition_id,
      alert_id: anna.state.alert,
    });
  });

  it('is not raised by hypothesis and pattern', () => {
    expect(createPerson().reports({ hrv_rmssd: 18, heart_rate: 48 }).last).toMatchObject({
      alertSignals: [],
      state: { alert: null },
    });
    expect(createPerson().reports(calm).last.alertSignals).toEqual([]);
  });

  it('is resolved under the same id when the mode is left, by an event or by a tick', () => {
    const byEvent = createPerson()
      .reports(acute)
      .later(6 * minute)
      .reports(calm);
    const byTick = createPerson().reports(acute).waits(hour);
    for (const anna of [byEvent, byTick]) {
      const [fired, resolved] = anna.decisions.flatMap(({ alertSignals }) => alertSignals);
      expect(resolved).toMatchObject({ status: 'resolved', severity: 'critical', alert_id: fired?.alert_id });
      expect(resolved?.signal_id).not.toBe(fired?.signal_id);
      expect(anna.state.alert).toBeNull();
    }
  });

  it('of one mode is resolved when the alert of another is raised', () => {
    const anna = createPerson().reports(tired).reports(acute);
    expect(anna.last.alertSignals.map(({ kind, status }) => [kind, status])).toEqual([
      ['mode.guardian', 'resolved'],
      ['mode.reflex', 'firing'],
    ]);
  });

  it('receives new evidence when the rules of its mode fire again', () => {
    const anna = createPerson().reports(acute).later(minute).reports({ heart_rate: 120 });
    const [update] = anna.last.alertSignals;
    expect(anna.last.transition).toBeNull();
    expect(update).toMatchObject({
      status: 'firing',
      alert_id: anna.state.alert,
      evidence: { rules: ['high_pulse'] },
    });
    expect(update).not.toHaveProperty('transition_id');
    expect(update?.evidence.readings).toMatchObject([
      { metric: 'heart_rate', value: 120, unit: '/min', source: 'oura' },
    ]);
  });

  it('receives none from rules of another mode, from active rules that do not fire, or from time', () => {
    const anna = createPerson().reports(acute).later(minute);
    expect(anna.reports(tired).last.alertSignals).toEqual([]);
    expect(anna.reports({ heart_rate: 95 }).last.alertSignals).toEqual([]);
    const silent = createPerson({ rules: givenRules({ alerts: {} }) });
    expect(
      silent
        .reports(acute)
        .reports({ heart_rate: 120 }, { ago: -1 })
        .decisions.flatMap((one) => one.alertSignals),
    ).toEqual([]);
  });

  it('keeps its severity when the rules no longer name one', () => {
    const anna = createPerson().reports(acute);
    const renamed = createPerson({
      state: anna.state,
      now: anna.now,
      rules: givenRules({ alerts: {} }),
    });
    expect(renamed.waits(hour).last.alertSignals).toMatchObject([{ status: 'resolved', severity: 'info' }]);
  });
});

describe('outgoing signals', () => {
  const anna = createPerson()
    .reports({ heart_rate: 110, recovery_score: 30, hrv_rmssd: 18 })
    .later(hour)
    .reports(calm);

  it('match the contracts', () => {
    for (const { transition, alertSignals } of anna.decisions) {
      if (transition !== null) modeTransitionSchema.parse(transition);
      for (const signal of alertSignals) alertStateSignalSchema.parse(signal);
    }
    expect(anna.switches).toHaveLength(2);
  });

  it('have ids that follow from their causes', () => {
    const again = createPerson();
    for (const { cause } of anna.decisions) expect(cause).toBeDefined();
    expect(again.reports({ heart_rate: 110 }, { object: 'x' }).last.transition).toEqual(
      createPerson().reports({ heart_rate: 110 }, { object: 'x' }).last.transition,
    );
  });
});
