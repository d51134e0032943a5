/** Who sends signed notices and gives the documents on request. */
export const vendors = ['oura', 'whoop'] as const;
export type Vendor = (typeof vendors)[number];

export function isVendor(text: string): text is Vendor {
  return (vendors as readonly string[]).includes(text);
}
