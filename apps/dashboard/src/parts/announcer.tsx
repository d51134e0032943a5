import { signal } from '@preact/signals';

const announcement = signal('');

/** Says something to everybody, with eyes or without. */
export function announce(text: string): void {
  announcement.value = text;
}

export function Announcer() {
  return (
    <p class="announcement" role="status" aria-live="polite">
      {announcement.value}
    </p>
  );
}
