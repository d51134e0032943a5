/**
 * How senders sign: which headers, over which bytes, written how. The body always comes last, so what is signed is a text
 * made of the headers and then the body as it came. Nobody needs the body in another form than raw.
 */
export type SignatureFamily = {
  readonly signature: string;
  /** Where the time lies; without one a captured delivery can be sent again for ever. */
  readonly timestamp?: string;
  readonly id?: string;
  /**
   * `bare`: the header is the signature. `t_v1`: `t=<time>,v1=<signature>`. `v1_list`: `v1,<signature>`, several
   * separated by spaces, one for each secret while the sender rotates them.
   */
  readonly layout: 'bare' | 't_v1' | 'v1_list';
  readonly encoding: 'hex' | 'base64';
  readonly digest: 'sha256' | 'sha1';
  /** The text in front of the body. */
  readonly prefix: (claim: { readonly timestamp: string; readonly id: string }) => string;
  /** How the HMAC key is made of the secret as it is handed out. */
  readonly key: 'text' | 'text_and_ampersand' | 'whsec';
};

const overBody = {
  layout: 'bare',
  encoding: 'hex',
  digest: 'sha256',
  prefix: () => '',
  key: 'text',
} as const;
const stripeLike = {
  ...{ layout: 't_v1', encoding: 'hex', digest: 'sha256', key: 'text' },
  prefix: ({ timestamp }) => `${timestamp}.`,
} as const satisfies Omit<SignatureFamily, 'signature'>;
const standard = {
  ...{ layout: 'v1_list', encoding: 'base64', digest: 'sha256', key: 'whsec' },
  prefix: ({ timestamp, id }) => `${id}.${timestamp}.`,
} as const satisfies Omit<SignatureFamily, 'signature'>;

export const signatureFamilies = {
  oura: {
    ...overBody,
    signature: 'x-oura-signature',
    timestamp: 'x-oura-timestamp',
    prefix: ({ timestamp }) => timestamp,
  },
  whoop: {
    ...overBody,
    signature: 'x-whoop-signature',
    timestamp: 'x-whoop-signature-timestamp',
    encoding: 'base64',
    prefix: ({ timestamp }) => timestamp,
  },
  whoop_partner: { ...overBody, signature: 'whoop-signed' },
  terra: { ...stripeLike, signature: 'terra-signature' },
  strava: { ...stripeLike, signature: 'x-strava-signature' },
  standard_webhooks: {
    ...standard,
    signature: 'webhook-signature',
    timestamp: 'webhook-timestamp',
    id: 'webhook-id',
  },
  svix: { ...standard, signature: 'svix-signature', timestamp: 'svix-timestamp', id: 'svix-id' },
  polar: { ...overBody, signature: 'polar-webhook-signature' },
  suunto: { ...overBody, signature: 'x-hmac-sha256-signature' },
  fitbit: {
    ...overBody,
    signature: 'x-fitbit-signature',
    encoding: 'base64',
    digest: 'sha1',
    key: 'text_and_ampersand',
  },
} as const satisfies Record<string, SignatureFamily>;

export type SignatureFamilyName = keyof typeof signatureFamilies;
