import type { ComponentChildren } from 'preact';
import { type Failure } from '../api/failure.ts';
import { type Resource } from '../api/use-resource.ts';
import './parts.css';

export function LoadingNotice({ of }: { readonly of: string }) {
  return (
    <p class="notice" role="status">
      Loading {of} …
    </p>
  );
}

export function EmptyNotice({ children }: { readonly children: ComponentChildren }) {
  return <p class="notice">{children}</p>;
}

export function FailureNotice({
  failure,
  onRetry,
}: {
  readonly failure: Failure;
  readonly onRetry?: () => void;
}) {
  return (
    <div class="notice failure" role="alert">
      <strong>{failure.title}.</strong> <span>{failure.detail}</span>
      {failure.fields.length > 0 && (
        <ul>
          {failure.fields.map(({ path, message }) => (
            <li key={path}>
              <code>{path}</code> {message}
            </li>
          ))}
        </ul>
      )}
      {failure.traceId !== undefined && <small>Trace {failure.traceId}</small>}
      {onRetry !== undefined && (
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}

type LoadedProps<T> = {
  readonly resource: Resource<T>;
  /** In words, such as `the alerts`. */
  readonly of: string;
  readonly children: (value: T) => ComponentChildren;
};

/** The loading, failed and loaded state of something; a failure stands above what was loaded before. */
export function Loaded<T>({ resource, of, children }: LoadedProps<T>) {
  const { value, failure, reload } = resource;
  return (
    <>
      {failure !== undefined && <FailureNotice failure={failure} onRetry={reload} />}
      {value === undefined ? failure === undefined && <LoadingNotice of={of} /> : children(value)}
    </>
  );
}
