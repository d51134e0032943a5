export { clientNetwork } from './client-network.ts';
export { ConfigError } from './config-error.ts';
export { createHttpApp, type HttpAppOptions } from './http-app.ts';
export { mountErrors, refuseMethod } from './http-errors.ts';
export { problem, problemType, type Problem } from './http-problem.ts';
export { serveHttp, type HttpServer } from './http-server.ts';
export { createLogger, type Logger } from './logger.ts';
export { mountOps, type OpsOptions } from './ops-routes.ts';
export { parsed } from './parsed.ts';
export { readConfig, type Env } from './read-config.ts';
export { repeatUntilClosed, type RepeatOptions } from './repeat-until-closed.ts';
export { runService, type Service } from './run-service.ts';
export { secret } from './secret.ts';
export {
  childTraceparent,
  currentTrace,
  newTraceparent,
  parseTraceparent,
  withTrace,
  type RandomBytes,
  type Trace,
  type Traceparent,
} from './trace.ts';
export { version } from './version.ts';
