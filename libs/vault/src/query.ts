/** Runs one SQL statement and returns its rows; `libs/postgres` provides it. */
export type Query = <Row>(text: string, params?: readonly unknown[]) => Promise<Row[]>;
