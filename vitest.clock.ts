// Runs tests as they would run in some years: `BRIDGE_TEST_YEARS=2 npx vitest run --project unit`. Only the calendar moves;
// timers and durations stay real.
const years = Number(process.env['BRIDGE_TEST_YEARS'] ?? 0);

if (years !== 0) {
  const RealDate = Date;
  const today = new RealDate();
  const shifted = new RealDate(today).setUTCFullYear(today.getUTCFullYear() + years);
  const aheadMs = shifted - today.getTime();
  const realNow = RealDate.now;
  const now = () => realNow() + aheadMs;
  RealDate.now = now;
  // A proxy and no subclass: dates that Node or a library makes must stay instances of `Date`.
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args: unknown[], newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as object,
    apply: () => new RealDate(now()).toString(),
  });
}
