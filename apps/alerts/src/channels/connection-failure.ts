import type { FailureReason } from './channel.ts';

const certificateCodes =
  /CERT|CRL|ISSUER|LEAF_SIGNATURE|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|HOSTNAME_MISMATCH/;

/** Why a connection came to nothing. Addresses and texts of the error go no further. */
export function connectionFailure(error: unknown): FailureReason {
  const { message = '', ...codes } = error as { code?: string; originalCode?: string; message?: string };
  // nodemailer puts a code of its own before that of the system.
  const code = codes.originalCode ?? codes.code ?? '';
  if (/^(ABORT_ERR|EABORT|ETIMEDOUT)$/.test(code)) return 'timeout';
  // request-filtering-agent gives its errors no code; a test pins the words.
  if (/^DNS lookup .* is not allowed/.test(message)) return 'forbidden_address';
  if (code === 'HPE_HEADER_OVERFLOW') return 'answer_too_large';
  return certificateCodes.test(code) ? 'certificate' : 'connection';
}
