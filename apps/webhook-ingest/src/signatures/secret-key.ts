import { CodedError } from '@bridge/core';
import type { SignatureFamily } from './signature-families.ts';

/**
 * The HMAC key that a family makes of a secret as it is handed out; of Standard Webhooks `whsec_` and 24 to 64 bytes in
 * base64. Throws `CodedError('bad_secret')`, which does not repeat it.
 */
export function secretKey(kind: SignatureFamily['key'], secret: string): Buffer {
  switch (kind) {
    case 'text':
      return Buffer.from(secret, 'utf8');
    case 'whsec': {
      const encoded = /^whsec_([A-Za-z0-9+/_-]+={0,2})$/.exec(secret)?.[1];
      const key = Buffer.from(encoded ?? '', 'base64');
      if (key.length < 24 || key.length > 64) {
        const message = 'WEBHOOK_SECRETS holds one that is not whsec_ and 24 to 64 bytes in base64.';
        throw new CodedError('bad_secret', 'permanent', message);
      }
      return key;
    }
  }
}
