import { CodedError } from '@bridge/core';
import { unsealWith, sealWith, type LiveSubject, type Vault } from '@bridge/vault';
import type { Notice } from '../domain/notice.ts';

export type NoticeContent = {
  readonly notice: Notice;
  /** The body as it came: the fields of an unknown type are only here. */
  readonly sent: string;
};

export type NoticeSeal = {
  /** @param person Undefined while it is unknown who the notice is about. */
  seal(noticeId: Buffer, content: NoticeContent, person: LiveSubject | undefined): Promise<Buffer>;
  /** Throws `CodedError('sealed_value_rejected')` if the row was changed or belongs to another person. */
  unseal(row: SealedNotice, person: LiveSubject): Promise<Notice>;
};

type SealedNotice = { readonly noticeId: Buffer; readonly sealed: Buffer };

/** Seals notices for the person they are about, or for the service while the person is unknown. */
export function createNoticeSeal(vault: Vault): NoticeSeal {
  const place = (noticeId: Buffer) =>
    ({ table: 'ingest.notices', column: 'sealed', row: noticeId.toString('hex') }) as const;

  return {
    async seal(noticeId, content, person) {
      const text = JSON.stringify(content);
      if (person === undefined) return vault.sealForService(text, place(noticeId));
      return sealWith(person.key, text, { ...place(noticeId), subject: person.subjectId });
    },
    async unseal({ noticeId, sealed }, person) {
      const text = await unsealEither(noticeId, sealed, person);
      return (JSON.parse(text.toString('utf8')) as NoticeContent).notice;
    },
  };

  /** A notice that came before its person connected is still sealed for the service. */
  async function unsealEither(noticeId: Buffer, sealed: Buffer, person: LiveSubject): Promise<Buffer> {
    try {
      return unsealWith(person.key, sealed, { ...place(noticeId), subject: person.subjectId });
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      return vault.unsealForService(sealed, place(noticeId));
    }
  }
}
