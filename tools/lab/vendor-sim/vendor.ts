/** Whose service is played. */
export const vendors = ['oura', 'whoop'] as const;
export type Vendor = (typeof vendors)[number];

/** Milliseconds since 1970. */
export type Clock = () => number;
