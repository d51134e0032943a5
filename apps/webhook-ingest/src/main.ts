import { runService } from '@bridge/service-runtime';
import { setFlagsFromString } from 'node:v8';
import { vendorDefinitions } from './vendors/vendors.ts';
import { wireIngest } from './wire.ts';

// A large body makes some of its objects old. V8 would let the heap grow to several times what is in use before it collects
// those; at half as much again, a body of 50 MB and an export of 5 GB fit into 250 MB. Here, so that it holds however the service is started.
setFlagsFromString('--heap-growing-percent=50');

runService('webhook-ingest', async (service) => {
  await wireIngest(service, vendorDefinitions);
});
