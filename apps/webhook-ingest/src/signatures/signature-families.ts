/**
 * How a sender signs: which headers, over which bytes, in which notation. The body always comes last, so the signed text is
 * made of the headers and then the body as it came. Nobody needs the body in another form than raw.
 */
export type SignatureFamily = {
  /** The header of the signature. */
  readonly signature: string;
  /** The header of the time; without one a captured delivery could be sent again for ever. */
  readonly timestamp: string;
  readonly id?: string;
  /**
   * `bare`: the header is the signature. `v1_list`: `v1,<signature>`, several separated by spaces, one for each secret while
   * the sender rotates them.
   */
  readonly layout: 'bare' | 'v1_list';
  readonly encoding: 'hex' | 'base64';
  /** The text in front of the body. */
  readonly prefix: (claim: { readonly timestamp: string; readonly id: string }) => string;
  /** How the HMAC key is made of the secret as it is handed out. */
  readonly key: 'text' | 'whsec';
};

/** Of senders of flat bodies. The families of vendors stand in their definitions. */
export const standardWebhooks: SignatureFamily = {
  signature: 'webhook-signature',
  timestamp: 'webhook-timestamp',
  id: 'webhook-id',
  layout: 'v1_list',
  encoding: 'base64',
  prefix: ({ timestamp, id }) => `${id}.${timestamp}.`,
  key: 'whsec',
};
