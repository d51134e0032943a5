/** A column of the type timestamptz, in milliseconds since 1970. */
export function milliseconds(column: string): string {
  return `(extract(epoch from ${column}) * 1000)::float8`;
}
