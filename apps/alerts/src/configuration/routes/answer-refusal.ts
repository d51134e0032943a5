import { problem } from '@bridge/service-runtime';
import type { Response } from 'express';
import { refuseFields } from '../../http/read-json.ts';
import type { ChangeRefusal } from '../domain/change-outcome.ts';

export function answerRefusal(res: Response, refusal: ChangeRefusal): void {
  switch (refusal.kind) {
    case 'invalid':
      refuseFields(res, refusal.problems);
      return;
    case 'conflict':
      problem(res, { status: 409, detail: refusal.detail });
      return;
    case 'missing':
      problem(res, { status: 404 });
      return;
    case 'stale':
      problem(res, { status: 412, detail: 'Somebody else changed it. Get it again, and change that.' });
      return;
  }
}
