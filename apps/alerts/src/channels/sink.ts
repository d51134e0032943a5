import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ChannelAdapter } from './channel.ts';
import { notificationPayload } from './notification-payload.ts';
import { notificationText } from './notification-text.ts';

const settingsSchema = z.strictObject({
  file: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,63}\.jsonl$/, 'must be a file name such as phone.jsonl, without a folder'),
});
type SinkSettings = z.infer<typeof settingsSchema>;

/**
 * A file for tests and demonstrations: one line of JSON per attempt, to be told apart by `delivery_id`. Only below a folder
 * that the deployment names, because whoever may edit channels could else write to any file.
 */
export function createSink(folder: string): ChannelAdapter<SinkSettings> {
  return {
    kind: 'sink',
    oneAlertAtATime: false,
    readByPeople: true,
    settings: settingsSchema,
    secrets: [],
    async send({ file }, notification, { attempt }) {
      let line: string;
      try {
        const { subject } = notificationText(notification);
        line = `${JSON.stringify({ ...notificationPayload(notification), subject, attempt })}\n`;
      } catch {
        return { kind: 'refused', reason: 'template' };
      }
      try {
        await appendFile(join(folder, file), line, { mode: 0o600 });
        return { kind: 'delivered' };
      } catch {
        return { kind: 'failed', reason: 'connection' };
      }
    },
  };
}
