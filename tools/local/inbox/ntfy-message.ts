import type { InboxMessage } from '@bridge/cli/alert-inbox';
import { z } from 'zod';

/** What somebody publishes; the receiver adds id and time. */
export type Publication = Omit<InboxMessage, 'id' | 'time' | 'event'>;

/** ntfy's own codes, so that a sender is refused as by the real server. */
export const refusals = {
  topic: { code: 40009, http: 400, error: 'invalid request: topic invalid' },
  priority: { code: 40007, http: 400, error: 'invalid priority parameter' },
  json: { code: 40017, http: 400, error: 'invalid request: request body must be message JSON' },
  actions: { code: 40018, http: 400, error: 'invalid request: actions invalid' },
  path: { code: 40401, http: 404, error: 'page not found' },
  size: { code: 41303, http: 413, error: 'JSON body too large' },
} as const;
export type Refusal = (typeof refusals)[keyof typeof refusals];

export type Reading = { readonly publication: Publication } | { readonly refusal: Refusal };

const topicShape = /^[-_A-Za-z0-9]{1,64}$/;
const withoutText = 'triggered';

const actionsSchema = z
  .array(z.looseObject({ action: z.string(), label: z.string(), url: z.string().optional() }))
  .max(3);

const bodySchema = z.object({
  topic: z.string(),
  message: z.string().optional(),
  title: z.string().optional(),
  priority: z.int().optional(),
  tags: z.array(z.string()).optional(),
  click: z.string().optional(),
  actions: z.unknown().optional(),
  sequence_id: z.string().optional(),
});

/** Reads the JSON that is posted to the root of the server. */
export function readJsonMessage(body: string): Reading {
  const parsed = bodySchema.safeParse(jsonOf(body));
  if (!parsed.success) return { refusal: refusals.json };
  return checked(parsed.data);
}

/** A header by any of its names in small letters, or undefined. */
export type HeaderReader = (...names: readonly string[]) => string | undefined;

/** Reads a plain text that is posted to a topic, with the rest in headers. Actions are read as JSON only. */
export function readPlainMessage(topic: string, body: string, header: HeaderReader): Reading {
  const priority = header('x-priority', 'priority', 'prio', 'p');
  const tags = header('x-tags', 'tags', 'tag', 'ta');
  const actions = header('x-actions', 'actions', 'action');
  return checked({
    topic,
    message: body,
    title: header('x-title', 'title', 'ti', 't'),
    priority: priority === undefined ? undefined : priorityNamed(priority),
    tags: tags?.split(',').map((tag) => tag.trim()),
    click: header('x-click', 'click'),
    actions: actions === undefined ? undefined : (jsonOf(actions) ?? 'invalid'),
    sequence_id: header('x-sequence-id', 'sequence-id', 'sid'),
  });
}

const priorityNames = ['min', 'low', 'default', 'high', 'max'];

function priorityNamed(text: string): number {
  const word = text.trim().toLowerCase();
  if (word === 'urgent') return 5;
  const place = priorityNames.indexOf(word);
  return place === -1 ? Number(word) : place + 1;
}

function checked({ topic, message, priority, actions, ...rest }: z.output<typeof bodySchema>): Reading {
  if (!topicShape.test(topic)) return { refusal: refusals.topic };
  // 0 stands for none.
  if (priority !== undefined && !(Number.isInteger(priority) && priority >= 0 && priority <= 5))
    return { refusal: refusals.priority };
  const buttons = actionsSchema.optional().safeParse(actions ?? undefined);
  if (!buttons.success) return { refusal: refusals.actions };
  const publication = {
    topic,
    message: message || withoutText,
    ...rest,
    priority: priority || undefined,
    actions: buttons.data,
  };
  return { publication };
}

/** Undefined where the text is no JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
