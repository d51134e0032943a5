import { describe, expect, it } from 'vitest';
import { createPerson, minute, noon } from '../test/policy-story.ts';
import { initialState, restoreState } from './person-state.ts';

describe('a stored state', () => {
  it('is restored as it was', () => {
    const { state } = createPerson()
      .lived(6, { hrv_rmssd: 60, heart_rate: 60 }, { offset: '+01:00' })
      .reports({ hrv_rmssd: 20 });
    expect(restoreState(JSON.parse(JSON.stringify(state)))).toEqual(state);
  });

  it('of the first policy keeps mode, number and alert; its mode ends with the first tick', () => {
    const alert = { id: 'a'.repeat(32), kind: 'mode.reflex' };
    const first = { mode: 'reflex', seq: 7, now: noon, newest: {}, holding: ['stress_overload'], alert };
    const anna = createPerson({ state: restoreState(first) });
    expect(anna.due).toBe(noon + 5 * minute);
    expect(anna.waits(5 * minute).last).toMatchObject({
      transition: { seq: 8, from: 'reflex', to: 'pattern', reason: 'withdrawn' },
      alertSignals: [{ status: 'resolved', alert_id: alert.id }],
    });
    expect(restoreState({ mode: 'pattern', seq: 1, now: 5, alert: null })).toMatchObject({
      mode: 'pattern',
      alert: null,
    });
    expect(restoreState({ mode: null, seq: 0, now: 0, alert: null })).toEqual({
      ...initialState,
      ending: 'withdrawn',
    });
  });
});
