/**
 * How often a job of a connection may fail: some seven years, since attempts are six hours apart at most. What it is for
 * waits in rows that only the job looks at: it must outlive an application that is taken out of the configuration for weeks.
 * What the library grants ends after four days.
 */
export const jobMaxAttempts = 10_000;
