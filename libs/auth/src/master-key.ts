import { type Principal } from './principal.ts';
import { hashToken } from './token.ts';

/** Label of AUREN_MASTER_API_KEY, which no other key may have. */
export const masterKeyLabel = 'AUREN_MASTER_API_KEY';

const prefix = 'env_';

/** The first admin key, which needs no row. Its id follows from the key, so that sessions end with it when it is changed. */
export function masterPrincipal(masterKey: string): Principal {
  return {
    keyId: prefix + hashToken(masterKey).toString('hex').slice(0, 12),
    accessor: `key:${masterKeyLabel}`,
    scopes: new Set(['admin']),
    users: undefined,
  };
}

/** True for a session that was opened with an earlier AUREN_MASTER_API_KEY. */
export function isOfEarlierMaster({ keyId }: Principal, master: Principal): boolean {
  return keyId.startsWith(prefix) && keyId !== master.keyId;
}
