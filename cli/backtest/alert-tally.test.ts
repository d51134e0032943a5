import { expect, it } from 'vitest';
import { createAlertTally, type CountableAlert } from './alert-tally.ts';

const at = (minute: number) => new Date(minute * 60_000).toISOString();
const signal = (minute: number, change: Partial<CountableAlert> = {}): CountableAlert => ({
  alert_id: 'a',
  kind: 'rule.spo2_low',
  severity: 'info',
  status: 'firing',
  at: at(minute),
  ...change,
});

function counted(...alerts: CountableAlert[]) {
  const tally = createAlertTally();
  tally.take(alerts);
  return tally.counted();
}

it('counts an alert once, at its highest severity', () => {
  const alerts = counted(
    signal(0),
    signal(1, { severity: 'warning' }),
    signal(2),
    signal(3, { status: 'resolved' }),
  );
  expect(alerts).toMatchObject([{ kind: 'rule.spo2_low', severity: 'warning' }]);
});

it('counts each id', () => {
  expect(counted(signal(0), signal(1, { alert_id: 'b' }))).toHaveLength(2);
});

it('takes a beginning, a rise and a return for news, and nothing else', () => {
  const [alert] = counted(
    signal(0),
    signal(1),
    signal(2, { severity: 'critical' }),
    signal(3, { status: 'unconfirmed' }),
    signal(4),
    signal(5, { status: 'resolved' }),
    signal(6),
  );
  expect(alert?.raised.map((raise) => raise.at / 60_000)).toEqual([0, 2, 6]);
});
