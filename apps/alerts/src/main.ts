import { runService } from '@bridge/service-runtime';
import { loadConfig } from './config.ts';
import { wireAlerts } from './wire.ts';

runService('alerts', async (service) => {
  await wireAlerts(service, loadConfig(service.env));
});
