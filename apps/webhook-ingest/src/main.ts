import { runService } from '@bridge/service-runtime';
import { setFlagsFromString } from 'node:v8';
import { vendorDefinitions } from './vendors/vendors.ts';
import { wireIngest } from './wire.ts';

// A large body makes some of its objects old. V8 would let the heap grow to several times what is in use before it collects
// those; at less than twice, a body of 50 MB fits into 250 MB. Here, so that it holds however the service is started.
setFlagsFromString('--heap-growing-percent=80');

runService('webhook-ingest', async (service) => {
  await wireIngest(service, vendorDefinitions);
});
