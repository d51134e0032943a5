import { effect, signal } from '@preact/signals';
import { isZone } from '../format/time.ts';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/** Kept in this browser: how the page looks says nothing of anybody's body. */
function kept(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    // A browser that keeps nothing for pages.
    return null;
  }
}

function keep(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // The preference holds until the page is closed.
  }
}

const keptTheme = kept('theme');
export const theme = signal<Theme>(themes.find((one) => one === keptTheme) ?? 'system');

const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const keptZone = kept('zone');

/** The zone in which the viewer reads times; the browser's own unless chosen. */
export const viewerZone = signal(keptZone !== null && isZone(keptZone) ? keptZone : ownZone);

/** Now, for texts such as `3 min ago`. */
export const now = signal(Date.now());
setInterval(() => {
  if (!document.hidden) now.value = Date.now();
}, 5_000);

export function startPreferences(): void {
  effect(() => {
    document.documentElement.dataset['theme'] = theme.value;
    keep('theme', theme.value);
  });
  effect(() => keep('zone', viewerZone.value));
}
