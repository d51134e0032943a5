import { sep } from 'node:path';
import express, { type RequestHandler } from 'express';

/** The dashboard. Files in `assets/` have a hash of their content in their names, so that browsers may keep them. */
export function servePage(folder: string): RequestHandler {
  return express.static(folder, {
    index: 'index.html',
    setHeaders: (res, path) => {
      if (path.includes(`${sep}assets${sep}`))
        res.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
    },
  });
}
