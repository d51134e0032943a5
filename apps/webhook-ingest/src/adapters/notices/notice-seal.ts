import { CodedError } from '@bridge/core';
import { sealWith, unsealWith, type LiveSubject, type Vault } from '@bridge/vault';
import type { Notice } from '../../domain/notice.ts';

type SealedNotice = { readonly noticeId: Buffer; readonly sealed: Buffer };

/** Seals notices for the person they are about, or for the service while nobody knows who that is. */
export function createNoticeSeal(vault: Vault) {
  const place = (noticeId: Buffer) =>
    ({ table: 'ingest.notices', column: 'sealed', row: noticeId.toString('hex') }) as const;

  return {
    async seal(noticeId: Buffer, content: SealedContent, person: LiveSubject | undefined): Promise<Buffer> {
      const text = JSON.stringify(content);
      if (person === undefined) return vault.sealForService(text, place(noticeId));
      return sealWith(person.key, text, { ...place(noticeId), subject: person.subjectId });
    },
    /** Throws `CodedError('sealed_value_rejected')` if the row was changed or belongs to somebody else. */
    async open({ noticeId, sealed }: SealedNotice, person: LiveSubject): Promise<Notice> {
      const text = await openEither(noticeId, sealed, person);
      return (JSON.parse(text.toString('utf8')) as SealedContent).notice;
    },
  };

  /** A notice that came before its person did is still sealed for the service. */
  async function openEither(noticeId: Buffer, sealed: Buffer, person: LiveSubject): Promise<Buffer> {
    try {
      return unsealWith(person.key, sealed, { ...place(noticeId), subject: person.subjectId });
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      return vault.unsealForService(sealed, place(noticeId));
    }
  }
}

export type SealedContent = {
  readonly notice: Notice;
  /** The body as it came: what a type says that is not known yet lies only here. */
  readonly sent: string;
};
export type NoticeSeal = ReturnType<typeof createNoticeSeal>;
