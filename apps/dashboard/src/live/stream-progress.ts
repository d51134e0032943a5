import { type Continuity, type Happening, type LiveMessage } from './live-message.ts';

/** What is known of the stream: pure, so that every order of openings, failures and frames can be tested. */
export type StreamProgress = {
  /** The server resumes after it. Keep-alives show their ids to nobody, so there may be none. */
  readonly lastId: string | undefined;
  readonly phase: 'new' | 'open' | 'broken';
  /** It was open before, or tried to be, and broke. */
  readonly isReopening: boolean;
  /** Open again, but not yet known whether something was missed. */
  readonly isUnsure: boolean;
};

export type StreamInput =
  | { readonly type: 'opened' }
  | { readonly type: 'failed' }
  /** Open for a moment, and the server has said nothing of a gap. */
  | { readonly type: 'quiet' }
  | { readonly type: 'frame'; readonly kind: string; readonly id: string; readonly data: string };

export type StreamStep = { readonly progress: StreamProgress; readonly messages: readonly LiveMessage[] };

export const newStream: StreamProgress = {
  lastId: undefined,
  phase: 'new',
  isReopening: false,
  isUnsure: false,
};

export function advance(progress: StreamProgress, input: StreamInput): StreamStep {
  switch (input.type) {
    case 'opened':
      return opened(progress);
    case 'failed':
      return {
        progress: { ...progress, phase: 'broken', isReopening: true, isUnsure: false },
        messages: progress.phase === 'broken' ? [] : [{ type: 'connection', state: 'reconnecting' }],
      };
    case 'quiet':
      return progress.isUnsure ? sure(progress, 'resumed') : { progress, messages: [] };
    case 'frame':
      return framed(progress, input);
  }
}

function opened(progress: StreamProgress): StreamStep {
  const live: LiveMessage = { type: 'connection', state: 'live' };
  const open: StreamProgress = { ...progress, phase: 'open' };
  if (!progress.isReopening) return { progress: open, messages: [live, continuity('started')] };
  // Without an id there was nothing to resume from: what happened meanwhile is on no frame.
  if (progress.lastId === undefined) return then(sure(open, 'gap'), live);
  return { progress: { ...open, isUnsure: true }, messages: [live] };
}

function framed(progress: StreamProgress, frame: Extract<StreamInput, { type: 'frame' }>): StreamStep {
  const known = { ...progress, lastId: frame.id === '' ? progress.lastId : frame.id };
  switch (frame.kind) {
    case 'reset':
      return sure(known, 'gap', reasonOf(frame.data));
    case 'snapshot':
      // The server begins anew for somebody who could have resumed.
      return progress.isUnsure ? sure(known, 'gap') : { progress: known, messages: [] };
    case 'lagging':
      return { progress: known, messages: [{ type: 'lagging' }] };
    default: {
      const message: LiveMessage = {
        type: 'happening',
        happening: { kind: frame.kind, body: JSON.parse(frame.data) as unknown } as Happening,
      };
      if (!progress.isUnsure) return { progress: known, messages: [message] };
      const { progress: next, messages } = sure(known, 'resumed');
      return { progress: next, messages: [...messages, message] };
    }
  }
}

function sure(progress: StreamProgress, found: Continuity, reason?: string): StreamStep {
  return { progress: { ...progress, isUnsure: false }, messages: [continuity(found, reason)] };
}

function then({ progress, messages }: StreamStep, first: LiveMessage): StreamStep {
  return { progress, messages: [first, ...messages] };
}

function continuity(found: Continuity, reason?: string): LiveMessage {
  return { type: 'continuity', continuity: found, ...(reason !== undefined && { reason }) };
}

function reasonOf(data: string): string | undefined {
  const body = JSON.parse(data) as { reason?: unknown };
  return typeof body.reason === 'string' ? body.reason : undefined;
}
