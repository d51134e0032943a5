import { mayAccess, principalOf, type Scope } from '@bridge/auth';
import { problem } from '@bridge/service-runtime';
import type { Express, RequestHandler } from 'express';
import type { RecordAccess } from '../rows/access-log.ts';
import type { LoadRawDocument } from '../rows/raw-documents.ts';

type Deps = {
  readonly loadRawDocument: LoadRawDocument;
  readonly recordAccess: RecordAccess;
  readonly requireScope: (scope: Scope) => RequestHandler;
};

/** `GET /connections/events/{event_id}/raw`: what the vendor, the app or the sender of a body sent, byte by byte. Every look is written down. */
export function mountRawRoutes(app: Express, { loadRawDocument, recordAccess, requireScope }: Deps): void {
  app.get('/connections/events/:event_id/raw', requireScope('connections'), async (req, res) => {
    const eventId = String(req.params['event_id']);
    const principal = principalOf(res);
    const document = /^[0-9a-f]{32}$/.test(eventId) ? await loadRawDocument(eventId) : undefined;
    // Somebody else's is answered as if there were none.
    if (document === undefined || !mayAccess(principal, document.person.userId)) {
      problem(res, { status: 404, detail: 'Nothing is kept of such an event.' });
      return;
    }
    const { subjectId } = document.person;
    await recordAccess({
      accessor: principal.accessor,
      type: 'read',
      table: document.table,
      seen: [{ subjectId, record: eventId }],
    });
    const raw = document.unseal();
    // Vendors speak JSON, Apple's own export XML. Either way it is shown as data, never run as a page.
    const isJson = /^\s*[[{]/.test(raw.toString('utf8', 0, 64));
    res.setHeader('Content-Disposition', 'attachment');
    res.type(isJson ? 'application/json' : 'application/octet-stream').send(raw);
  });
}
