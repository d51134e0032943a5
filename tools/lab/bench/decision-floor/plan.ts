/** What the floor must write so that it writes what the worker wrote. A file: the floor is a process of its own. */
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
