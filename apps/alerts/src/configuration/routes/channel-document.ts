import { utc, type ChannelDocument, type ChannelTest } from '@bridge/contracts';
import type { FailureReason, SendResult } from '../../channels/channel.ts';
import { maskSettings } from '../domain/channel-settings.ts';
import type { Channel } from '../domain/configuration-snapshot.ts';

/** A channel as the API shows it. */
export function channelDocument(channel: Channel, userId: string | undefined): ChannelDocument {
  const { name, kind, receiver, storedSettings, fitForHealthData, state, stateReason } = channel;
  return {
    name,
    kind,
    // Of an unknown kind nobody knows which settings are secret.
    settings:
      receiver.kind === 'usable' && storedSettings !== undefined
        ? maskSettings(storedSettings, receiver.adapter.secrets)
        : {},
    fit_for_health_data: fitForHealthData,
    ...(userId !== undefined && { user_id: userId }),
    state,
    ...(stateReason !== undefined && { state_reason: stateReason }),
    ...(receiver.kind === 'faulty' && { fault: receiver.fault }),
    created_at: utc(channel.createdAt),
    updated_at: utc(channel.updatedAt),
  };
}

const failures: Readonly<Record<FailureReason, string>> = {
  timeout: 'The receiver did not answer in time.',
  connection: 'The receiver cannot be reached.',
  certificate: "The receiver's certificate is not valid.",
  forbidden_address: 'The receiver has a private address. ALERTS_ALLOWED_PRIVATE_HOSTS can allow it.',
  redirect: 'The receiver answered with a redirect, which is not followed.',
  server_error: 'The receiver failed.',
  rate_limited: 'The receiver takes no more messages for now.',
  rejected: 'The receiver refused the message.',
  gone: 'The receiver no longer exists.',
  answer_too_large: "The receiver's answer was too large.",
  settings: 'The settings of the channel cannot be used.',
  template: 'The text of the message could not be made.',
};

/** The result of a test in words. */
export function sendResultDocument(result: SendResult): ChannelTest {
  const status = result.status === undefined ? {} : { http_status: result.status };
  if (result.kind === 'delivered')
    return { delivered: true, detail: 'The receiver took the test notification.', ...status };
  const reason = result.kind === 'gone' ? 'gone' : result.reason;
  return { delivered: false, detail: failures[reason], reason, ...status };
}
