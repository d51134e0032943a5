import { version } from '@bridge/service-runtime';
import { createDocument } from 'zod-openapi';
import { adminPaths } from './admin.ts';
import { alertDeliveryPaths } from './alert-deliveries.ts';
import { alertChannelPaths } from './alert-channels.ts';
import { alertGroupPaths } from './alert-groups.ts';
import { alertRoutingPaths } from './alert-routing.ts';
import { alertSilencePaths } from './alert-silences.ts';
import { alertActionPaths } from './alert-actions.ts';
import { alertPaths } from './alerts.ts';
import { applePaths } from './apple.ts';
import { connectPaths } from './connect.ts';
import { connectionPaths } from './connections.ts';
import { historyPaths } from './history.ts';
import { manualPaths } from './manual.ts';
import { operationsPaths } from './operations.ts';
import { profilePaths } from './profiles.ts';
import { securitySchemes } from './security.ts';
import { sessionPaths } from './session.ts';
import { streamPaths } from './stream.ts';
import { webhookPaths } from './webhooks.ts';

/** The routes on the bridge's one origin. */
export function openApiDocument(): ReturnType<typeof createDocument> {
  return createDocument({
    openapi: '3.1.0',
    info: { title: 'Biometric bridge', version, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: 'http://localhost:8888' }],
    security: [{ key: [] }, { key_header: [] }, { session: [] }],
    paths: {
      ...webhookPaths,
      ...applePaths,
      ...manualPaths,
      ...connectPaths,
      ...connectionPaths,
      ...profilePaths,
      ...alertPaths,
      ...alertDeliveryPaths,
      ...alertRoutingPaths,
      ...alertChannelPaths,
      ...alertGroupPaths,
      ...alertSilencePaths,
      ...alertActionPaths,
      ...streamPaths,
      ...historyPaths,
      ...sessionPaths,
      ...adminPaths,
      ...operationsPaths,
    },
    components: { securitySchemes },
  });
}
