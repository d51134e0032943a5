import type { ZodOpenApiComponentsObject } from 'zod-openapi';

type Schemes = NonNullable<ZodOpenApiComponentsObject['securitySchemes']>;

function header(name: string, description: string): Schemes[string] {
  return { type: 'apiKey', in: 'header', name, description };
}

/** How callers authenticate. On `/webhooks/…` this also identifies the kind of body. */
export const securitySchemes: Schemes = {
  key: { type: 'http', scheme: 'bearer', description: 'An API key' },
  session: { type: 'apiKey', in: 'cookie', name: 'bridge_session' },
  key_header: header('x-api-key', 'An API key, for senders that set no bearer key; also as `api-key`'),
  oura_signature: header('x-oura-signature', 'HMAC-SHA256 over `x-oura-timestamp` and body, in hex'),
  whoop_signature: header(
    'x-whoop-signature',
    'HMAC-SHA256 over `x-whoop-signature-timestamp` and body, in base64',
  ),
  standard_webhooks: header(
    'webhook-signature',
    'Standard Webhooks, with `webhook-id` and `webhook-timestamp`, of senders of flat bodies',
  ),
};

/** Security of all routes that accept readings. */
export const senders = [{ key: [] }, { key_header: [] }, { session: [] }, { standard_webhooks: [] }];
