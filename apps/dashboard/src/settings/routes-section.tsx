import type { Routing } from '@bridge/contracts';
import type { TargetedSubmitEvent } from 'preact';
import { useState } from 'preact/hooks';
import { failureOf, type Failure } from '../api/failure.ts';
import { read, send, type Answer } from '../api/request.ts';
import { useResource } from '../api/use-resource.ts';
import { useAction } from '../parts/action-button.tsx';
import { Field, textOf } from '../parts/fields.tsx';
import { FailureNotice, Loaded } from '../parts/notices.tsx';
import { RouteTree } from './route-tree.tsx';

type Revision = { readonly routing: Routing; readonly etag: string | undefined };

/** Where alerts go: the tree as it is, and its text for whoever changes it. */
export function RoutesSection() {
  const routing = useResource<Revision>('routes', async (signal): Promise<Answer<Revision>> => {
    const answer = await read<Routing>('/routes', signal);
    return answer.ok ? { ...answer, value: { routing: answer.value, etag: answer.etag } } : answer;
  });
  return (
    <section class="panel" aria-labelledby="routes-title">
      <h2 id="routes-title">Routes</h2>
      <p class="hint">
        The first route that matches decides, unless it says that the next ones are tried too.
      </p>
      <Loaded resource={routing} of="the routes">
        {(value) => (
          <>
            <RouteTree routing={value.routing} />
            <RoutingEditor key={value.etag} revision={value} onSaved={routing.reload} />
          </>
        )}
      </Loaded>
    </section>
  );
}

type EditorProps = { readonly revision: Revision; readonly onSaved: () => void };

function RoutingEditor({ revision: { routing, etag }, onSaved }: EditorProps) {
  const { isBusy, failure, run } = useAction();
  const [mistake, setMistake] = useState<Failure>();
  const save = async (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const parsed = parseJson(textOf(event.currentTarget, 'routing'));
    setMistake(parsed.failure);
    if (parsed.failure !== undefined) return;
    const headers: Record<string, string> = etag === undefined ? {} : { 'if-match': etag };
    if (await run(() => send('PUT', '/routes', parsed.value, headers), 'The routes are saved')) onSaved();
  };
  const shown = mistake ?? failure;
  return (
    <details>
      <summary>Change the routes</summary>
      <form onSubmit={(event) => void save(event)}>
        <Field
          label="Routes as JSON"
          hint="Stored as a whole, if every channel and group exists and every route can be reached."
        >
          {(attributes) => (
            <textarea
              {...attributes}
              name="routing"
              rows={18}
              spellcheck={false}
              defaultValue={JSON.stringify(routing, null, 2)}
            />
          )}
        </Field>
        {shown !== undefined && <FailureNotice failure={shown} />}
        <button type="submit" class="primary" disabled={isBusy}>
          Save the routes
        </button>
      </form>
    </details>
  );
}

function parseJson(text: string): { readonly value?: unknown; readonly failure?: Failure } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return {
      failure: failureOf(422, { detail: 'This is not JSON: a bracket, a comma or a quote may be missing.' }),
    };
  }
}
