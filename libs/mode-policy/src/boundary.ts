import { confidenceBeyond, tidy } from './rule.ts';

/** The value at which a rule is entered, and the one at which it is left again. */
export type Boundary = {
  readonly side: 'above' | 'below';
  readonly enter: number;
  /** Whether the number itself enters too. */
  readonly inclusive: boolean;
  /** The number itself leaves too. */
  readonly leave: number;
};

export const above = (enter: number, leave: number): Boundary => ({
  side: 'above',
  enter,
  inclusive: false,
  leave,
});
export const from = (enter: number, leave: number): Boundary => ({
  side: 'above',
  enter,
  inclusive: true,
  leave,
});
export const below = (enter: number, leave: number): Boundary => ({
  side: 'below',
  enter,
  inclusive: false,
  leave,
});
export const to = (enter: number, leave: number): Boundary => ({
  side: 'below',
  enter,
  inclusive: true,
  leave,
});

export function enters({ side, enter, inclusive }: Boundary, value: number): boolean {
  if (value === enter) return inclusive;
  return side === 'above' ? value > enter : value < enter;
}

export function leaves({ side, leave }: Boundary, value: number): boolean {
  return side === 'above' ? value <= leave : value >= leave;
}

/** 1 where the value is beyond `enter` by twice the distance from `leave` to `enter`. */
export function confidenceAt({ side, enter, leave }: Boundary, value: number, justOver: number): number {
  const beyond = tidy(side === 'above' ? value - enter : enter - value);
  return confidenceBeyond(beyond, 2 * Math.abs(enter - leave), justOver);
}
