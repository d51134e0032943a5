/** Why an answer is not there, in words that a person can act on. */
export type Failure = {
  readonly kind: 'signed_out' | 'refused' | 'missing' | 'invalid' | 'conflict' | 'away' | 'failed';
  readonly title: string;
  readonly detail: string;
  /** Fields at fault, by their path. */
  readonly fields: readonly { readonly path: string; readonly message: string }[];
  /** Finds the request in the logs. */
  readonly traceId?: string;
};

/** An RFC 9457 document, as far as one came. */
export type ProblemBody = {
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
  readonly trace_id?: string;
};

const texts: Readonly<Record<Failure['kind'], { readonly title: string; readonly detail: string }>> = {
  signed_out: { title: 'The session has ended', detail: 'Sign in again to go on.' },
  refused: {
    title: 'This key may not see this',
    detail: 'Ask whoever made the key for the scope that this page needs.',
  },
  missing: {
    title: 'Nothing here',
    detail: 'It does not exist, or this version of the bridge does not serve it.',
  },
  invalid: { title: 'That cannot be accepted', detail: 'See the fields at fault.' },
  conflict: {
    title: 'It does not fit the present state',
    detail: 'Somebody else may have changed it. Reload.',
  },
  away: {
    title: 'The bridge does not answer now',
    detail: 'This page tries again by itself every few seconds.',
  },
  failed: { title: 'The bridge failed to answer', detail: 'Try again; the logs of the services say more.' },
};

/** @param status Undefined where no answer came. */
export function failureOf(status: number | undefined, body: ProblemBody = {}): Failure {
  const kind = kindOf(status);
  const { title, detail } = texts[kind];
  return {
    kind,
    title,
    detail: kind === 'away' || kind === 'signed_out' ? detail : (body.detail ?? detail),
    fields: body.errors ?? [],
    ...(body.trace_id !== undefined && { traceId: body.trace_id }),
  };
}

function kindOf(status: number | undefined): Failure['kind'] {
  switch (status) {
    case undefined:
    case 429:
    case 502:
    case 503:
    case 504:
      return 'away';
    case 401:
      return 'signed_out';
    case 403:
      return 'refused';
    case 404:
    case 405:
      return 'missing';
    case 409:
    case 412:
      return 'conflict';
    case 400:
    case 413:
    case 415:
    case 422:
      return 'invalid';
    default:
      return 'failed';
  }
}
