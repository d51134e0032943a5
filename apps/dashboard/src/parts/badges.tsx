import { modeLabel, modeMeaning, say } from '../words/say.ts';
import { severityWords } from '../words/words.ts';

export function ModeBadge({ mode }: { readonly mode: string | null }) {
  return (
    <span class="badge mode" data-mode={mode ?? 'none'} title={modeMeaning(mode)}>
      {modeLabel(mode)}
    </span>
  );
}

export function SeverityBadge({ severity }: { readonly severity: string }) {
  return (
    <span class="badge severity" data-severity={severity}>
      {say(severityWords, severity)}
    </span>
  );
}

/** A text from outside, such as a user id; its direction is its own. */
export function Isolated({ text }: { readonly text: string }) {
  return <bdi>{text}</bdi>;
}
