import type { ChannelAdapter } from './channel.ts';
import { email } from './email.ts';
import { ntfy } from './ntfy.ts';
import { pagerduty } from './pagerduty.ts';
import { createSink } from './sink.ts';
import { slack } from './slack.ts';
import { webhook } from './webhook.ts';

/** All kinds of channels. `sinkFolder`: where the deployment allows sinks; undefined: nowhere. */
export function createChannelAdapters(sinkFolder?: string): readonly ChannelAdapter[] {
  const adapters = [checked(email), checked(ntfy), checked(pagerduty), checked(slack), checked(webhook)];
  return sinkFolder === undefined ? adapters : [...adapters, checked(createSink(sinkFolder))];
}

export function adapterOf(adapters: readonly ChannelAdapter[], kind: string): ChannelAdapter | undefined {
  return adapters.find((adapter) => adapter.kind === kind);
}

/** Takes settings as they are stored: those of an older version may not fit any more. */
function checked<Settings>(adapter: ChannelAdapter<Settings>): ChannelAdapter {
  return {
    ...adapter,
    async send(stored, notification, context) {
      const { success, data } = adapter.settings.safeParse(stored);
      if (!success) return { kind: 'refused', reason: 'settings' };
      return adapter.send(data, notification, context);
    },
  };
}
