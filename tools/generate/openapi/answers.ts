import { problemDocumentSchema } from '@bridge/contracts';
import { z } from 'zod';

const refusals = {
  400: 'The body is no JSON, or a parameter does not validate',
  401: 'No key, or one that is unknown or revoked; of a signed body: the signature is not valid now',
  403: 'The key lacks the scope, or is not for this user',
  404: 'There is nothing here, or nothing that this key may see',
  409: 'It does not go together with what is there; `detail` says why',
  412: 'Somebody else changed it since',
  413: 'The body is too large',
  415: 'The body has another content type',
  422: 'Fields do not validate; `errors` lists them',
  429: 'Too much from this sender; try again after `Retry-After`',
  502: 'The vendor does not say whose account it is',
  503: 'Not possible now; try again after `Retry-After`',
} as const;

/** Problem documents under their statuses. */
export function refused(...statuses: (keyof typeof refusals)[]) {
  const content = { 'application/problem+json': { schema: problemDocumentSchema } };
  return Object.fromEntries(
    statuses.map((status) => [String(status), { description: refusals[status], content }]),
  );
}

export function json(description: string, schema: z.ZodType) {
  return { description, content: { 'application/json': { schema } } };
}

/** A JSON body that must be there. */
export function body(schema: z.ZodType) {
  return { required: true, content: { 'application/json': { schema } } };
}

export const userId = z.string().min(1).max(256).meta({ description: 'The person' });
