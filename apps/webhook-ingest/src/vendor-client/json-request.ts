import { CodedError } from '@bridge/core';
import type { Call } from '@bridge/resilience';
import type { JsonRequest } from '../vendors/subscriptions.ts';
import type { Vendor } from '../vendors/vendor-definition.ts';

/** Requests to a vendor that are no requests for documents. */
export function createJsonRequest(vendor: Vendor, call: Call): JsonRequest {
  return ({ method, url, headers, body, form }) =>
    call(async (signal) => {
      const init = { method, redirect: 'error', signal } as const;
      const sent =
        body === undefined
          ? { ...init, headers, ...(form !== undefined && { body: new URLSearchParams(form) }) }
          : {
              ...init,
              headers: { ...headers, 'content-type': 'application/json' },
              body: JSON.stringify(body),
            };
      // A failed fetch says no more than that; its cause may quote the URL, which may hold a token.
      const answer = await fetch(url, sent).catch(() => undefined);
      if (answer === undefined || answer.status === 429 || answer.status >= 500) {
        throw new CodedError('vendor_unavailable', 'transient', `${vendor} gave no clear answer.`);
      }
      return { status: answer.status, body: await answer.json().catch(() => undefined) };
    });
}
