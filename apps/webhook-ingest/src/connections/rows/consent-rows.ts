import { createHash } from 'node:crypto';
import type { Query } from '@bridge/postgres';
import { sealWith, unsealWith, type LiveSubject, type Vault } from '@bridge/vault';
import { z } from 'zod';
import type { Vendor } from '../../vendors/vendor-definition.ts';

/** A consent in progress. */
export type Consent = {
  readonly vendor: Vendor;
  readonly person: LiveSubject;
  readonly codeVerifier: string;
  /** On our own origin; undefined: a page of ours says how it ended. */
  readonly returnTo: string | undefined;
  /** What the browser that began it can show; undefined: it was not begun in a browser. */
  readonly browser: string | undefined;
};

export type Consents = {
  put(state: string, consent: Consent): Promise<void>;
  /** Each can be taken once; `expired` is returned once, too. */
  take(vendor: Vendor, state: string): Promise<Consent | 'unknown' | 'expired'>;
};

const content = z.object({
  code_verifier: z.string(),
  return_to: z.string().exactOptional(),
  browser: z.string().exactOptional(),
});

/** `ingest.consents`: only the hash of a state is stored, so that reading the table is not enough to finish a consent. */
export function createConsents(query: Query, vault: Pick<Vault, 'byId'>): Consents {
  return {
    async put(state, { vendor, person, codeVerifier, returnTo, browser }) {
      const stateHash = hashOf(state);
      const plain = JSON.stringify({ code_verifier: codeVerifier, return_to: returnTo, browser });
      await query(
        `insert into ingest.consents (state_hash, vendor, subject_id, sealed, expires_at)
         values ($1, $2, $3, $4, now() + interval '10 minutes')`,
        [stateHash, vendor, person.subjectId, sealWith(person.key, plain, place(stateHash, person))],
      );
    },
    async take(vendor, state) {
      const stateHash = hashOf(state);
      const [row] = await query<{ subject_id: string; sealed: Buffer; expired: boolean }>(
        `delete from ingest.consents where state_hash = $1 and vendor = $2
         returning subject_id, sealed, expires_at < now() as expired`,
        [stateHash, vendor],
      );
      if (row === undefined) return 'unknown';
      if (row.expired) return 'expired';
      const person = (await vault.byId([row.subject_id])).get(row.subject_id);
      if (person === undefined || person.erased) return 'unknown';
      const plain = unsealWith(person.key, row.sealed, place(stateHash, person)).toString();
      const { code_verifier, return_to, browser } = content.parse(JSON.parse(plain));
      return { vendor, person, codeVerifier: code_verifier, returnTo: return_to, browser };
    },
  };
}

function hashOf(state: string): Buffer {
  return createHash('sha256').update(state).digest();
}

function place(stateHash: Buffer, { subjectId }: LiveSubject) {
  return { table: 'ingest.consents', column: 'sealed', row: stateHash.toString('hex'), subject: subjectId };
}
