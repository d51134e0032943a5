export const bandSides = ['below', 'above'] as const;
export const directions = ['falling', 'rising'] as const;

/** Something that recurs or changes slowly. It is reported when it is found or changes, and fires nothing. */
export type Pattern =
  /** The mode rose on several days in the same hours of the local day. */
  | { readonly kind: 'recurring_time'; readonly from_hour: number; readonly to_hour: number }
  /** 0 is Monday. */
  | { readonly kind: 'recurring_weekday'; readonly weekday: number }
  /** The mean of ln RMSSD left its band or returned to it. */
  | { readonly kind: 'band_exit'; readonly side: (typeof bandSides)[number] }
  | { readonly kind: 'band_return' }
  | { readonly kind: 'trend'; readonly direction: (typeof directions)[number] }
  /** Coefficient of variation of ln RMSSD over the last nights, in percent. */
  | { readonly kind: 'weekly_cv'; readonly percent: number; readonly nights: number };
