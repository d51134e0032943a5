import { registrySubjects } from '@bridge/contracts';
import { registerSchemas } from '@bridge/kafka';
import { createLogger } from '@bridge/service-runtime';
import { createTopics } from '@bridge/cli/create-topics';
import { migrate } from '@bridge/cli/migrate';
import { loadConfig } from './config.ts';

// The job of a deployment that runs before any service starts: database, topics, schemas. Again changes nothing.
const log = createLogger({ service: 'setup', level: process.env['LOG_LEVEL'] });

try {
  const { adminUrl, passwords, retentionDays, bootstrapServers, registryUrl } = loadConfig(process.env);
  const migrations = await migrate({ adminUrl, passwords, retentionDays, log });
  const created = await createTopics({ bootstrapServers, log });
  const schemas = await registerSchemas({ registryUrl, subjects: registrySubjects() });
  log.info('the deployment is set up', { migration: migrations, topic: created, count: schemas.size });
} catch (error) {
  log.error('setup failed', { error });
  process.exitCode = 1;
}
await log.close();
