import { randomUUID } from 'node:crypto';
import { utc } from '@bridge/contracts';
import type { Log } from '@bridge/core';
import type { Service } from '@bridge/service-runtime';
import type { AlertsConfig } from '../config.ts';
import type { ChangeChannel } from '../configuration/change-channel.ts';
import type { ConfigurationReader } from '../configuration/configuration.ts';
import type { Channel, Configuration } from '../configuration/domain/configuration-snapshot.ts';
import type { DeliveryChannels } from '../deliveries/channel-lanes.ts';
import type { Notification, SendContext, SendResult } from './channel.ts';
import { adapterOf, createChannelAdapters } from './channels.ts';
import { neutralTitle } from './notification-words.ts';
import { createReceiverClient } from './send-request.ts';

/** A receiver that takes longer is asked again later. */
const timeoutMs = 20_000;
const maxAnswerBytes = 64 * 1_024;

/** The kinds of channels, and the one way out to their receivers. */
export async function wireChannels({ use }: Pick<Service, 'use'>, config: AlertsConfig) {
  const adapters = createChannelAdapters(config.sinkFolder);
  const { request, connect } = await use(
    createReceiverClient({ allowedPrivateHosts: [...config.allowedPrivateHosts], timeoutMs, maxAnswerBytes }),
  );
  const context = { request, connect, timeoutMs };
  return {
    adapterOf: (kind: string) => adapterOf(adapters, kind),
    context,
    deliveryChannels,
    sendTest: (channel: Channel) => sendTest(channel, { ...context, publicUrl: config.publicUrl }),
    async ensureDefault(changeChannel: ChangeChannel, log: Log): Promise<void> {
      if (config.defaultNtfyUrl === undefined) return;
      const { origin, pathname } = new URL(config.defaultNtfyUrl);
      const settings = { url: origin, topic: pathname.replace(/^\//, '') };
      try {
        await changeChannel.ensure('default', { kind: 'ntfy', settings });
      } catch (error) {
        log.warn('the default channel is not made; the next start tries again', { error });
      }
    },
  };
}

/** As they were when the configuration was last read, which the planner does twice a second. */
function deliveryChannels(configuration: ConfigurationReader): () => DeliveryChannels {
  let read: { readonly of: Configuration; readonly is: DeliveryChannels } | undefined;
  return function channels() {
    const held = configuration.held();
    if (held === undefined) return new Map();
    if (read?.of !== held) read = { of: held, is: usableChannels(held) };
    return read.is;
  };
}

function usableChannels({ channels }: Configuration): DeliveryChannels {
  return new Map(
    [...channels.values()].flatMap(({ name, receiver, state, fitForHealthData }) =>
      receiver.kind === 'usable'
        ? [
            [
              name,
              { adapter: receiver.adapter, settings: receiver.settings, state, fitForHealthData },
            ] as const,
          ]
        : [],
    ),
  );
}

type TestContext = Pick<SendContext, 'request' | 'connect' | 'timeoutMs'> & { readonly publicUrl: string };

async function sendTest({ receiver }: Channel, { publicUrl, ...context }: TestContext): Promise<SendResult> {
  if (receiver.kind === 'faulty') return { kind: 'refused', reason: 'settings' };
  const now = Date.now();
  return receiver.adapter.send(receiver.settings, testNotification(publicUrl, now), {
    ...context,
    now,
    attempt: 1,
  });
}

function testNotification(publicUrl: string, now: number): Notification {
  const id = randomUUID().replaceAll('-', '');
  return {
    deliveryId: id,
    at: utc(now),
    language: 'en',
    alerts: [
      {
        alertId: id,
        step: 1,
        reason: 'fired',
        status: 'firing',
        severity: 'info',
        firingSince: utc(now),
        title: `Test: ${neutralTitle('en')}`,
        links: { open: publicUrl, actions: [] },
      },
    ],
  };
}
