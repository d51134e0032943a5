import { type Request } from 'express';

/** The headers that say who sends a request. */
export type Credentials = {
  /** `Bearer <API key>`; undefined where no key was sent. */
  readonly authorization: string | undefined;
  readonly cookie: string | undefined;
};

/**
 * A key may come as `X-API-Key` too, or as `Api-Key`: many senders let their users set one header, and no bearer key. An
 * `Authorization` header counts before them.
 */
export function credentialsOf(req: Pick<Request, 'get'>): Credentials {
  const authorization = req.get('authorization');
  const key = req.get('x-api-key') ?? req.get('api-key');
  const isGiven = authorization !== undefined && authorization !== '';
  return {
    authorization: isGiven || key === undefined ? authorization : `Bearer ${key}`,
    cookie: req.get('cookie'),
  };
}
