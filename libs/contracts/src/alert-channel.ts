import { z } from 'zod';
import { slugField } from './alert-routing.ts';
import { nameField, nextCursorField, utcField } from './fields.ts';

const healthDataField = z
  .boolean()
  .describe(
    'Texts may name the person, the rule and values; otherwise they say only that somebody needs a look',
  );

/** A receiver of notifications, as it is sent to the bridge. */
export const channelBodySchema = z
  .strictObject({
    kind: slugField.describe('Such as webhook, slack, pagerduty, email or ntfy'),
    settings: z
      .record(z.string().max(64), z.unknown())
      .describe('By kind. A secret that reads *** stays as it is stored; of several, ***1 is the first'),
    fit_for_health_data: healthDataField.default(false),
    user_id: nameField.exactOptional().describe('The person whose own channel it is'),
  })
  .meta({ id: 'ChannelBody' });
export type ChannelBody = z.infer<typeof channelBodySchema>;

export const channelStates = ['active', 'disabled'] as const;
export const disablingReasons = ['gone', 'operator'] as const;
export const channelFaults = ['unknown_kind', 'unreadable_settings'] as const;

/** A channel as the API shows it. Secrets are masked. */
export const channelSchema = z
  .object({
    name: slugField,
    kind: slugField,
    settings: z.record(z.string(), z.unknown()),
    fit_for_health_data: healthDataField,
    user_id: nameField.exactOptional(),
    state: z.enum(channelStates),
    state_reason: z
      .enum(disablingReasons)
      .exactOptional()
      .describe('gone: the receiver answered 410. operator: somebody disabled it'),
    fault: z.enum(channelFaults).exactOptional().describe('Why nothing can be sent over it'),
    created_at: utcField,
    updated_at: utcField,
  })
  .meta({ id: 'Channel' });
export type ChannelDocument = z.infer<typeof channelSchema>;

export const channelListSchema = z
  .object({ channels: z.array(channelSchema), next: nextCursorField })
  .meta({ id: 'ChannelList' });
export type ChannelList = z.infer<typeof channelListSchema>;

/** The result of a test notification. */
export const channelTestSchema = z
  .object({
    delivered: z.boolean(),
    detail: z.string().describe('The result in words'),
    reason: z.string().exactOptional().describe('Why it was not delivered'),
    http_status: z.int().exactOptional().describe("The receiver's answer, where it gave one"),
  })
  .meta({ id: 'ChannelTest' });
export type ChannelTest = z.infer<typeof channelTestSchema>;
