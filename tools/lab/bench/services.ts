import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Figure } from './bench.ts';
import { residentMegabytes } from './process-usage.ts';
import { startService } from './service-process.ts';

/** Most memory at rest, in MB. */
const apps = { 'webhook-ingest': 200, cognition: 300, alerts: 200, 'stream-gateway': 200 } as const;

/** Measures the start time of each service, and its memory at rest. */
export const measureServices: Bench = async (context) => {
  const figures: Figure[] = [];
  for (const [app, megabytes] of Object.entries(apps)) {
    const seconds: number[] = [];
    const resident: number[] = [];
    for (let nr = 1; nr <= (context.quick ? 1 : 3); nr += 1) {
      const service = await startService(context, app);
      seconds.push(service.readyMs / 1_000);
      await sleep(5_000);
      resident.push(residentMegabytes(service.pid));
      await service.stop();
    }
    context.print(`${app}: ready after ${JSON.stringify(seconds)} s, at rest ${JSON.stringify(resident)} MB`);
    figures.push(
      { name: `${app}: start to ready`, unit: 's', runs: seconds, target: { below: 2 } },
      { name: `${app}: memory at rest`, unit: 'MB', runs: resident, target: { below: megabytes } },
    );
  }
  return figures;
};
