import { z } from 'zod';

/** The parameters of a page; lists of the alerts service share them. */
export const pageParameters = {
  limit: z.int().min(1).max(500).default(100),
  cursor: z.string().max(200).optional().describe('From the `Link` header of the page before'),
};

export const linkHeader = z.object({
  Link: z.string().optional().describe('The next page, `rel="next"`'),
});
