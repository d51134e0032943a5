import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { FailureNotice, LoadingNotice } from '../parts/notices.tsx';

const unloadable = {
  kind: 'away',
  title: 'This part of the page did not load',
  detail: 'The bridge may be away, or have been updated: reload the page.',
  fields: [],
} as const;

/** A view whose code is loaded when somebody first goes there. */
export function lazyView(load: () => Promise<ComponentType>): ComponentType {
  let loaded: ComponentType | undefined;
  return function LazyView() {
    const [View, setView] = useState<{ readonly component: ComponentType } | undefined>(
      loaded && { component: loaded },
    );
    const [hasFailed, setFailed] = useState(false);
    useEffect(() => {
      if (View !== undefined || hasFailed) return;
      load().then(
        (component) => {
          loaded = component;
          setView({ component });
        },
        (error: unknown) => {
          // Into the browser's console: the page itself can only offer to be reloaded.
          reportError(error);
          setFailed(true);
        },
      );
    }, [hasFailed]);
    if (hasFailed) return <FailureNotice failure={unloadable} onRetry={() => location.reload()} />;
    return View === undefined ? <LoadingNotice of="the view" /> : <View.component />;
  };
}
