/** Something that was acquired and must be released. Closing twice is harmless. */
export type Closeable = { close(): Promise<void> | void };

/**
 * Fields of a log line. Keys come from the allow-list in `libs/service-runtime`; other keys are dropped there.
 * Never pass a value that came from a person's data.
 */
export type LogFields = Readonly<Record<string, unknown>>;

/** The part of the logger that libraries use. ERROR means someone must act now; self-healing is WARN. */
export type Log = {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
};

export type ComponentState = 'healthy' | 'degraded' | 'unhealthy';

/** One entry of `/health`. A component that is needed keeps `/ready` at 503 while it is unhealthy. */
export type Component = {
  readonly name: string;
  readonly needed: boolean;
  check(): ComponentState | Promise<ComponentState>;
};
