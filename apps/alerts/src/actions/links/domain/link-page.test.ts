import { languages } from '@bridge/contracts';
import { hash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { linkActions, linkState, type ActionLink } from './action-link.ts';
import { askPage, linkPageHeaders, resultPage } from './link-page.ts';
import { linkLabel } from './link-words.ts';

describe.each(languages)('pages in %s', (language) => {
  test.each(linkActions)('ask for %s with one button that posts', (action) => {
    const html = askPage([{ action }], { isOwn: false, language });
    expect(html).toContain(`<html lang="${language}">`);
    expect(html).toContain(`<form method="post"><button>${linkLabel(action, language)}</button></form>`);
    expect(html).not.toMatch(/script|href|src=|onclick/i);
  });

  test.each([
    'done',
    'already_done',
    'ended',
    'changed',
    'question_over',
    'expired',
    'unknown',
    'too_many',
    'unavailable',
  ] as const)('say %s without a button', (kind) => {
    expect(resultPage(kind, language)).not.toContain('<form');
  });
});

test('the page of an alert speaks to the person themself as their message did', () => {
  const title = (isOwn: boolean, action: 'acknowledge' | 'answer:fine') =>
    /<title>(.*)<\/title>/.exec(askPage([{ action }], { isOwn, language: 'en' }))?.[1];
  expect(title(true, 'acknowledge')).toBe('Please take a look at how you are');
  expect(title(false, 'acknowledge')).toBe('Somebody you follow needs a look');
  expect(title(true, 'answer:fine')).toBe('There is a question for you');
});

test('a page with all answers has a button for each, which posts to its own link', () => {
  const buttons = [
    { action: 'answer:at_rest', token: 'one' },
    { action: 'answer:fine', token: 'two' },
  ] as const;
  const html = askPage(buttons, { isOwn: true, language: 'en' });
  expect(
    [...html.matchAll(/<form method="post" action="(\w+)"><button>(.*?)</g)].map(([, ...found]) => found),
  ).toEqual([
    ['one', 'I was at rest'],
    ['two', 'I feel fine'],
  ]);
});

test('the policy of the page lets its own style pass', () => {
  const [, style = ''] =
    /<style>(.*)<\/style>/s.exec(askPage([{ action: 'acknowledge' }], { isOwn: false, language: 'en' })) ??
    [];
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
    sentFor: null,
    expiresAt: 1_000,
    spentAt: null,
  };
  expect(linkState(link, 999)).toBe('usable');
  expect(linkState(link, 1_000)).toBe('expired');
  expect(linkState({ ...link, spentAt: 500 }, 2_000)).toBe('spent');
});
