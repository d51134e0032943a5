import { isZone, moment } from '../format/time.ts';
import { Field } from '../parts/fields.tsx';
import { PlainMoment } from '../parts/time.tsx';
import { session } from '../session/session.ts';
import { now, viewerZone } from '../shell/preferences.ts';
import { ThemeSwitch } from '../shell/theme-switch.tsx';
import { say } from '../words/say.ts';
import { scopeWords } from '../words/words.ts';

/** How this browser shows the page, and as whom. */
export function PageSection() {
  const { value } = session;
  const zones = Intl.supportedValuesOf('timeZone');
  return (
    <section class="panel" aria-labelledby="page-title">
      <h2 id="page-title">This page</h2>
      <div class="field">
        <span>Colours</span>
        <ThemeSwitch />
      </div>
      <Field
        label="Your time zone"
        hint={`It is ${moment(new Date(now.value).toISOString(), viewerZone.value)} there.`}
      >
        {(attributes) => (
          <>
            <input
              {...attributes}
              list="zones"
              defaultValue={viewerZone.value}
              onChange={({ currentTarget }) => {
                const zone = currentTarget.value.trim();
                if (isZone(zone)) viewerZone.value = zone;
                else currentTarget.value = viewerZone.value;
              }}
            />
            <datalist id="zones">
              {zones.map((zone) => (
                <option key={zone} value={zone} />
              ))}
            </datalist>
          </>
        )}
      </Field>
      {value.state === 'signed_in' && (
        <dl class="facts">
          <div>
            <dt>Signed in as</dt>
            <dd>{value.name ?? 'a key without a name'}</dd>
          </div>
          <div>
            <dt>May</dt>
            <dd>{value.scopes.map((scope) => say(scopeWords, scope)).join('; ')}</dd>
          </div>
          <div>
            <dt>For</dt>
            <dd>{value.users === null ? 'everybody' : value.users.join(', ')}</dd>
          </div>
          {typeof value.expires_at === 'string' && (
            <div>
              <dt>Until</dt>
              <dd>
                <PlainMoment at={value.expires_at} />
              </dd>
            </div>
          )}
        </dl>
      )}
    </section>
  );
}
