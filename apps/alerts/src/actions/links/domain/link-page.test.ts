import { languages } from '@bridge/contracts';
import { hash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { linkActions, linkState, type ActionLink } from './action-link.ts';
import { askPage, linkPageHeaders, resultPage } from './link-page.ts';
import { linkLabel } from './link-words.ts';

describe.each(languages)('pages in %s', (language) => {
  test.each(linkActions)('ask for %s with one button that posts', (action) => {
    const html = askPage(action, language);
    expect(html).toContain(`<html lang="${language}">`);
    expect(html).toContain(`<form method="post"><button>${linkLabel(action, language)}</button></form>`);
    expect(html).not.toMatch(/script|href|src=|onclick/i);
  });

  test.each(['done', 'already_done', 'ended', 'expired', 'unknown', 'too_many', 'unavailable'] as const)(
    'say %s without a button',
    (kind) => {
      expect(resultPage(kind, language)).not.toContain('<form');
    },
  );
});

test('the policy of the page lets its own style pass', () => {
  const [, style = ''] = /<style>(.*)<\/style>/s.exec(askPage('acknowledge', 'en')) ?? [];
  expect(linkPageHeaders['Content-Security-Policy']).toContain(
    `style-src 'sha256-${hash('sha256', style, 'base64')}'`,
  );
});

test('a link is usable until it is spent or expires', () => {
  const link: ActionLink = {
    linkId: 'a'.repeat(32),
    alertId: 'b'.repeat(32),
    subjectId: '00000000-0000-4000-8000-000000000001',
    action: 'acknowledge',
    channel: 'phone',
    hypothesisId: null,
    expiresAt: 1_000,
    spentAt: null,
  };
  expect(linkState(link, 999)).toBe('usable');
  expect(linkState(link, 1_000)).toBe('expired');
  expect(linkState({ ...link, spentAt: 500 }, 2_000)).toBe('spent');
});
