/** The volume that the floor writes, which is that of the worker. It is a file, because the floor is a separate process. */
export type FloorPlan = {
  /** Subject id by user id; the floor knows persons without a vault. */
  readonly subjects: Readonly<Record<string, string>>;
  /** Every so many events a transition with its two messages. */
  readonly eventsPerTransition: number;
  /** Every so many events a row for time that passed. Infinity travels as null. */
  readonly eventsPerTick: number | null;
  readonly stateBytes: number;
  readonly recordBytes: number;
};

/** The floor's name as a consumer of the events' topic. */
export const floorConsumer = 'bench-floor';
