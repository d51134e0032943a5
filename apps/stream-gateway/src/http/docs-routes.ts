import { createHash } from 'node:crypto';
import type { Express } from 'express';
import { docsStyle, renderDocsPage, type ApiDocument } from './docs-page.ts';

/** The description of the API, for programs and for people. The page is one file: nothing comes from elsewhere. */
export function mountDocs(app: Express, { openApi }: { readonly openApi: string }): void {
  const page = renderDocsPage(JSON.parse(openApi) as ApiDocument);
  const hash = createHash('sha256').update(docsStyle).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

  app.get('/openapi.json', (_req, res) => {
    res.setHeader('Content-Type', 'application/json; charset=utf-8');
    res.end(openApi);
  });

  app.get('/docs', (_req, res) => {
    res.setHeader('Content-Security-Policy', policy);
    res.setHeader('Content-Type', 'text/html; charset=utf-8');
    res.end(page);
  });
}
