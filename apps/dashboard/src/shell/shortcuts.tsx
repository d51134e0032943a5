import { useEffect, useState } from 'preact/hooks';
import { Dialog } from '../parts/dialog.tsx';
import { maySee } from '../session/session.ts';
import { goTo } from './current-route.ts';
import { views } from './views.ts';

const others = [
  ['?', 'Show this list'],
  ['/', 'Search for a person'],
  ['↑ ↓', 'Go from row to row in a list'],
  ['Enter', 'Open what has the focus'],
  ['Esc', 'Close a dialog'],
] as const;

/** Keys for the whole page, and the list of them. */
export function Shortcuts() {
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    let isAfterG = false;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const { key } = event;
      if (isAfterG) {
        const entry = views.find((one) => one.key === key && (one.scope === undefined || maySee(one.scope)));
        if (entry !== undefined) goTo(entry.link);
      } else if (key === '?') setOpen(true);
      else if (key === '/') {
        event.preventDefault();
        search();
      }
      isAfterG = !isAfterG && key === 'g';
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  return (
    <>
      <footer class="bottom">
        <button type="button" class="quiet" onClick={() => setOpen(true)}>
          Keyboard shortcuts (?)
        </button>
      </footer>
      {isOpen && (
        <Dialog title="Keyboard shortcuts" onClose={() => setOpen(false)}>
          <dl class="keys">
            {views.map(({ view, label, key }) => (
              <div key={view}>
                <dt>
                  <kbd>g</kbd> <kbd>{key}</kbd>
                </dt>
                <dd>{label}</dd>
              </div>
            ))}
            {others.map(([key, meaning]) => (
              <div key={key}>
                <dt>
                  <kbd>{key}</kbd>
                </dt>
                <dd>{meaning}</dd>
              </div>
            ))}
          </dl>
        </Dialog>
      )}
    </>
  );
}

/** The field is there once the overview is loaded and painted; whoever types elsewhere meanwhile keeps the focus. */
function search(): void {
  const until = performance.now() + searchWithinMs;
  const focus = () => {
    const field = document.querySelector<HTMLElement>('#search');
    if (field !== null) field.focus();
    else if (performance.now() < until && !isTyping(document.activeElement)) requestAnimationFrame(focus);
  };
  if (document.querySelector('#search') === null) goTo('#/');
  focus();
}

const searchWithinMs = 3_000;

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, dialog[open]') !== null;
}
