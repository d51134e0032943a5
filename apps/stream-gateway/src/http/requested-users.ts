import type { Problem } from '@bridge/service-runtime';

export const notForThisKey: Problem = { status: 403, detail: 'This key may not see this person.' };
