import { CodedError } from '@bridge/handler';
import type { SignatureFamily } from '../../domain/signatures/signature-families.ts';

/** Reads the secrets of one sender, separated by commas: all verify. Throws `CodedError('bad_secret')`, which names none. */
export function parseSecrets(text: string): string[] {
  const secrets = text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  if (secrets.length === 0) throw bad('there is none');
  return secrets;
}

/** As `parseSecrets`, for Standard Webhooks: each is `whsec_` and 24 to 64 bytes in base64. */
export function parseWebhookSecrets(text: string): string[] {
  const secrets = parseSecrets(text);
  for (const one of secrets) keyOf('whsec', one);
  return secrets;
}

/** The HMAC key that a family makes of a secret. */
export function keyOf(kind: SignatureFamily['key'], secret: string): Buffer {
  switch (kind) {
    case 'text':
      return Buffer.from(secret, 'utf8');
    case 'text_and_ampersand':
      return Buffer.from(`${secret}&`, 'utf8');
    case 'whsec': {
      const encoded = /^whsec_([\w+/-]+={0,2})$/.exec(secret)?.[1];
      const key = Buffer.from(encoded ?? '', 'base64');
      if (key.length < 24 || key.length > 64) throw bad('one is not whsec_ and 24 to 64 bytes in base64');
      return key;
    }
  }
}

function bad(why: string): CodedError {
  return new CodedError('bad_secret', 'permanent', `A list of webhook secrets cannot be used: ${why}.`);
}
