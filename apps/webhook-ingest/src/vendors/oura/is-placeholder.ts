const filledIn = ['id', 'day', 'timestamp', 'bedtime_start', 'bedtime_end', 'start_datetime', 'end_datetime'];

/** Answers as in the API's own description, `"timestamp": "string"`, have been seen in the wild. */
export function isPlaceholder(document: unknown): boolean {
  if (typeof document !== 'object' || document === null) return false;
  return filledIn.some(
    (field) => Object.hasOwn(document, field) && Reflect.get(document, field) === 'string',
  );
}
