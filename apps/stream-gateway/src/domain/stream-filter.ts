import { severities, type Mode, type Severity } from '@bridge/contracts';
import type { FrameContent } from './read-frame.ts';

/** What a subscriber asked for. Undefined leaves nothing out. */
export type StreamFilter = {
  /** Whose frames; undefined is everyone's. */
  readonly users: ReadonlySet<string> | undefined;
  readonly kinds?: ReadonlySet<FrameContent['kind']> | undefined;
  /** Transitions to these modes only; frames of other kinds are not affected. */
  readonly modes?: ReadonlySet<Mode> | undefined;
  /** Alerts at least as severe; frames of other kinds are not affected. */
  readonly severity?: Severity | undefined;
};

/** What a filter looks at. */
export type FrameFacts = {
  readonly userId: string;
  readonly kind: FrameContent['kind'];
  /** Of a transition: the mode after it. */
  readonly mode?: Mode;
  /** Of an alert. */
  readonly severity?: Severity;
};

export function factsOf(content: FrameContent): FrameFacts {
  const { kind, userId } = content;
  switch (kind) {
    case 'transition':
      return { kind, userId, mode: content.body.to };
    case 'alert':
      return { kind, userId, severity: content.body.severity };
    case 'event':
    case 'insight':
      return { kind, userId };
  }
}

export function accepts({ users, kinds, modes, severity }: StreamFilter, facts: FrameFacts): boolean {
  return (
    (users === undefined || users.has(facts.userId)) &&
    (kinds === undefined || kinds.has(facts.kind)) &&
    (modes === undefined || facts.mode === undefined || modes.has(facts.mode)) &&
    (severity === undefined || facts.severity === undefined || isAtLeast(facts.severity, severity))
  );
}

function isAtLeast(severity: Severity, least: Severity): boolean {
  // The most severe comes first.
  return severities.indexOf(severity) <= severities.indexOf(least);
}
