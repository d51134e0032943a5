export type Viewport = { readonly top: number; readonly height: number };

export type VisibleRows = {
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
};

/** Rows around what is in view; they have one height, so no list is ever measured. */
export function visibleRows(
  { top, height }: Viewport,
  {
    rows,
    rowHeight,
    around = 8,
  }: { readonly rows: number; readonly rowHeight: number; readonly around?: number },
): VisibleRows {
  const first = Math.max(0, Math.min(rows, Math.floor(top / rowHeight)) - around);
  const end = Math.min(rows, Math.ceil((top + height) / rowHeight) + around);
  return { first, end: Math.max(first, end) };
}
