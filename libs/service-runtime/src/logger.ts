import { once } from 'node:events';
import { type Log, type LogFields } from '@bridge/core';
import winston from 'winston';
import { ConfigError } from './config-error.ts';
import { redactFields } from './log-fields.ts';
import { currentTrace } from './trace.ts';

export type Logger = Log & {
  /** A logger whose lines also carry these fields. */
  child(fields: LogFields): Logger;
  /** Writes what is still buffered. Lines logged later are lost. */
  close(): Promise<void>;
};

type Level = 'debug' | 'info' | 'warn' | 'error';

const levelNames: Readonly<Record<string, Level>> = {
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
};

export type LoggerOptions = {
  service: string;
  /** debug, info, warn (or warning) or error, in any case; info when missing. */
  level?: string | undefined;
  /** Where lines go; stdout when missing. */
  destination?: NodeJS.WritableStream;
};

/**
 * JSON lines with `time`, `level`, `service`, `message`, `trace_id` and the allowed fields.
 * Messages must be constants: a field can be redacted, a sentence can't.
 */
export function createLogger({ service, level = 'info', destination }: LoggerOptions): Logger {
  const winstonLevel = levelNames[level.toLowerCase()];
  if (!winstonLevel) throw new ConfigError(['LOG_LEVEL: must be one of debug, info, warn, error']);
  const sink = winston.createLogger({
    level: winstonLevel,
    format: winston.format.printf((line) => JSON.stringify(line)),
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- its typings declare the instance as a class
    transports: [new winston.transports.Stream({ stream: destination ?? process.stdout })],
  });
  return loggerWith({});

  function loggerWith(bound: LogFields): Logger {
    const write = (lineLevel: Level, message: string, fields: LogFields = {}): void => {
      if (!sink.isLevelEnabled(lineLevel)) return;
      const traceId = currentTrace()?.traceId;
      sink.log({
        time: new Date().toISOString(),
        level: lineLevel,
        service,
        message,
        ...(traceId === undefined ? {} : { trace_id: traceId }),
        ...redactFields({ ...bound, ...fields }),
      });
    };
    return {
      debug: (message, fields) => write('debug', message, fields),
      info: (message, fields) => write('info', message, fields),
      warn: (message, fields) => write('warn', message, fields),
      error: (message, fields) => write('error', message, fields),
      child: (fields) => loggerWith({ ...bound, ...fields }),
      async close() {
        if (sink.writableFinished) return;
        const finished = once(sink, 'finish');
        sink.end();
        await finished;
      },
    };
  }
}
