import { ago, bothMoments, moment } from '../format/time.ts';
import { now, viewerZone } from '../shell/preferences.ts';

type TimeProps = {
  readonly at: string;
  /** The zone of the person whom it concerns. */
  readonly zone?: string | null | undefined;
};

/** How long ago; the moments in both zones on hovering. */
export function Ago({ at, zone }: TimeProps) {
  return (
    <time dateTime={at} title={bothMoments(at, { person: zone ?? undefined, viewer: viewerZone.value })}>
      {ago(at, now.value, viewerZone.value)}
    </time>
  );
}

/** The moment in the person's zone and in the viewer's. */
export function Moment({ at, zone }: TimeProps) {
  return (
    <time dateTime={at}>{bothMoments(at, { person: zone ?? undefined, viewer: viewerZone.value })}</time>
  );
}

/** The moment in the viewer's zone, where nobody else's zone matters. */
export function PlainMoment({ at }: { readonly at: string }) {
  return <time dateTime={at}>{moment(at, viewerZone.value)}</time>;
}
