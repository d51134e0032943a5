export { buildEvent, buildPartnerMessage, buildReading, measured } from './build-event.ts';
export { fromEnvironment, type TestVariable } from './environment.ts';
export { randomName } from './random-name.ts';
export { readTopic, scanTopic } from './read-topic.ts';
export { createRecordingLog, silentLog, type LogLine } from './recording-log.ts';
export { createTemplateDatabase, templateName } from './template-database.ts';
export {
  createTestDatabase,
  type DatabaseRole,
  type TestConnection,
  type TestDatabase,
} from './test-database.ts';
export { createTestService, type TestService } from './test-service.ts';
export { createTestTopics, type TestTopics } from './test-topics.ts';
export { testMorning, testTime } from './test-times.ts';
