import { runService } from '@bridge/service-runtime';
import { loadConfig } from './config.ts';
import { wireGateway } from './wire.ts';

runService('stream-gateway', async (service) => {
  await wireGateway(service, loadConfig(service.env));
});
