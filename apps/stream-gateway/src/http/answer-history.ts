import type { HistoryResult } from '@bridge/history';
import { problem } from '@bridge/service-runtime';
import type { Response } from 'express';
import { notForThisKey } from './requested-users.ts';

/** Answers with what was found, or with the problem that says why there is nothing. */
export function answerHistory<Value>(
  res: Response,
  result: HistoryResult<Value>,
  bodyOf: (value: Value) => unknown = (value) => value,
): void {
  switch (result.kind) {
    case 'found':
      res.json(bodyOf(result.value));
      return;
    case 'forbidden':
      problem(res, notForThisKey);
      return;
    case 'unknown':
      problem(res, { status: 404, detail: 'Nothing is known of this.' });
      return;
    case 'refused': {
      const errors = [{ path: result.parameter, message: result.detail }];
      problem(res, { status: 400, detail: 'A parameter does not validate.', errors });
    }
  }
}
