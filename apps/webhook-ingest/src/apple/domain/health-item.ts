/** What Apple Health data is made of, as it is found in a body; read in order, never all at once. */
export type HealthItem = ExportedPoints | ExportedElement | RecordedElement;

/** Some points of one metric of Health Auto Export. */
export type ExportedPoints = {
  readonly kind: 'points';
  readonly name: string;
  readonly units: unknown;
  readonly raw: readonly unknown[];
};

/** An element of any other array of Health Auto Export: `workouts`, `ecg`, `stateOfMind`, … */
export type ExportedElement = {
  readonly kind: 'element';
  readonly collection: string;
  readonly raw: unknown;
};

type Attributes = Readonly<Record<string, string>>;

/** An element of Apple's own `export.xml`. */
export type RecordedElement = {
  readonly kind: 'record';
  /** `Record`, `Workout`, `ActivitySummary`, … */
  readonly tag: string;
  readonly attributes: Attributes;
  readonly children: readonly { readonly tag: string; readonly attributes: Attributes }[];
};
