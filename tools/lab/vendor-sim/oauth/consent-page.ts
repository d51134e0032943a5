import type { Account } from '../accounts.ts';
import type { Vendor } from '../vendor.ts';

/** Who are you, and do you agree? One link for each person of the simulator. */
export function consentPage(vendor: Vendor, accounts: readonly Account[], address: string): string {
  const link = (more: string, text: string) =>
    `<li><a href="${escaped(`${address.slice(address.lastIndexOf('/') + 1)}&${more}`)}">${escaped(text)}</a></li>`;
  return [
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Simulated consent</title>',
    `<h1>Simulated ${vendor}</h1><p>An application asks to read your data. Agree as:</p><ul>`,
    ...accounts.map(({ id, email }) => link(`sim_account=${encodeURIComponent(id)}`, `${email} (${id})`)),
    link('sim_deny=1', 'nobody: refuse'),
    '</ul></html>',
  ].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
