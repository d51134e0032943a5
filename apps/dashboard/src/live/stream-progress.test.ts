import { describe, expect, test } from 'vitest';
import { advance, newStream, type StreamInput, type StreamProgress } from './stream-progress.ts';

const frame = (kind: string, id = 'v1-1', data = '{}'): StreamInput => ({ type: 'frame', kind, id, data });

/** What tabs hear of a stream after these inputs, as short words. */
function heard(inputs: readonly StreamInput[], start: StreamProgress = newStream) {
  let progress = start;
  const words: string[] = [];
  for (const input of inputs) {
    const step = advance(progress, input);
    ({ progress } = step);
    for (const message of step.messages) {
      if (message.type === 'connection') words.push(message.state);
      else if (message.type === 'continuity') words.push(message.continuity);
      else if (message.type === 'happening') words.push(message.happening.kind);
      else words.push(message.type);
    }
  }
  return { words, progress };
}

const opened: StreamInput = { type: 'opened' };
const failed: StreamInput = { type: 'failed' };
const quiet: StreamInput = { type: 'quiet' };

describe('a stream', () => {
  test('starts, and its snapshot is no gap', () => {
    expect(heard([opened, frame('snapshot'), quiet, frame('event')]).words).toEqual([
      'live',
      'started',
      'event',
    ]);
  });

  test('that comes back with a frame has missed nothing', () => {
    const { words } = heard([opened, frame('event'), failed, opened, frame('transition'), quiet]);
    expect(words).toEqual(['live', 'started', 'event', 'reconnecting', 'live', 'resumed', 'transition']);
  });

  test('that comes back and stays quiet has missed nothing', () => {
    const { words } = heard([opened, frame('event'), failed, opened, quiet, quiet]);
    expect(words.slice(3)).toEqual(['reconnecting', 'live', 'resumed']);
  });

  test('that comes back with a reset has a gap, and the snapshot after it is none of its own', () => {
    const { words } = heard([
      opened,
      frame('event'),
      failed,
      opened,
      frame('reset'),
      frame('snapshot'),
      quiet,
    ]);
    expect(words.slice(3)).toEqual(['reconnecting', 'live', 'gap']);
  });

  test('that begins anew with a snapshot has a gap', () => {
    const { words } = heard([opened, frame('event'), failed, opened, frame('snapshot'), quiet]);
    expect(words.slice(3)).toEqual(['reconnecting', 'live', 'gap']);
  });

  test('that saw keep-alives only has no id to resume from: a gap', () => {
    expect(heard([opened, failed, opened, quiet]).words.slice(2)).toEqual(['reconnecting', 'live', 'gap']);
  });

  test('that fails again and again has one gap, when it is open', () => {
    const { words } = heard([opened, failed, failed, failed, opened]);
    expect(words).toEqual(['live', 'started', 'reconnecting', 'live', 'gap']);
  });

  test('whose first opening failed reads everything again', () => {
    expect(heard([failed, opened]).words).toEqual(['reconnecting', 'live', 'gap']);
  });

  test('keeps the newest id, also that of a reset, and no empty one', () => {
    expect(heard([opened, frame('event', 'v1-7'), frame('lagging', '')]).progress.lastId).toBe('v1-7');
    expect(heard([opened, frame('reset', 'v1-9')]).progress.lastId).toBe('v1-9');
  });

  test('says why there is a gap', () => {
    const { messages } = advance(newStream, frame('reset', 'v1-9', '{"reason":"too_old"}'));
    expect(messages).toEqual([{ type: 'continuity', continuity: 'gap', reason: 'too_old' }]);
  });

  test('says that the server sends less than everything', () => {
    expect(heard([opened, frame('lagging')]).words).toEqual(['live', 'started', 'lagging']);
  });
});
