import { describe, expect, it } from 'vitest';
import { renderDocsPage } from './docs-page.ts';

const page = renderDocsPage({
  info: { title: 'Bridge', version: '1' },
  paths: {
    '/users/{user_id}': {
      get: {
        summary: 'A <person> & more',
        tags: ['history'],
        parameters: [
          { name: 'limit', in: 'query', schema: { type: 'integer', default: 100 } },
          { name: 'sort', in: 'query', required: true, schema: { enum: ['a', 'b'] } },
        ],
        responses: {
          200: {
            description: 'Found',
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Person' } } },
          },
        },
      },
    },
  },
});

describe('the page of the API', () => {
  it('shows each route with its parameters and answers', () => {
    expect(page).toContain('<code>GET /users/{user_id}</code>');
    expect(page).toContain('integer, default 100');
    expect(page).toContain('a | b, required');
    expect(page).toContain('Person');
  });

  it('escapes texts, and takes nothing from elsewhere', () => {
    expect(page).toContain('A &lt;person&gt; &amp; more');
    expect(page).not.toMatch(/<script|https?:\/\/|style=|<link/);
  });

  it('has an entry for the type of every problem, and says how routes end', () => {
    expect(page).toContain('id="problem-not-found"');
    expect(page).toContain('id="problem-too-many-requests"');
    expect(page).toContain('id="deprecation"');
  });
});
