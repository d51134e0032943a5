import type { Postgres } from '@bridge/postgres';
import { measured, randomName } from '@bridge/testing';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventsTopic, openOwnedWorker, type Worker } from './open-worker.ts';

// The audit trigger of the deployment guide, word for word. It names columns that `biometric_events` does not have.

const guideFunction = `-- Create audit trigger for biometric data access
CREATE OR REPLACE FUNCTION log_biometric_access()
RETURNS TRIGGER AS $$
BEGIN
    INSERT INTO phi_access_log (
        user_id, 
        accessor_id, 
        access_type, 
        table_name, 
        record_id
    ) VALUES (
        NEW.user_id,
        current_user,
        TG_OP,
        TG_TABLE_NAME,
        NEW.id
    );
    RETURN NEW;
END;
$$ LANGUAGE plpgsql;`;
const guideTrigger = `-- Apply to biometric tables
CREATE TRIGGER biometric_events_audit
AFTER INSERT OR UPDATE OR DELETE ON biometric_events
FOR EACH ROW EXECUTE FUNCTION log_biometric_access();`;

let worker: Worker;
let owner: Postgres;
let close: () => Promise<void>;
let offset = 0;

beforeAll(async () => {
  ({ worker, owner, close } = await openOwnedWorker());
  await worker.positions.start(eventsTopic, 0, 0, 'cluster');
});
afterAll(() => close());

/** Decides one event and gives the person's subject id. */
async function decide(user: string): Promise<string> {
  const message = worker.ownMessage({ partition: 0, offset }, measured(user, 0, 45, 80));
  await worker.decide([message]);
  offset += 1;
  return (await worker.vault.find([user])).get(user)?.subjectId ?? '';
}
const storedOf = (subjectId: string) =>
  owner.query('select 1 from biometric_events where subject_id = $1', [subjectId]);
const loggedOf = (subjectId: string) =>
  owner.query<{ access_type: string; table_name: string; accessor_id: string; record_id: string }>(
    `select access_type, table_name, accessor_id, record_id from phi_access_log where user_id = $1
      order by access_type`,
    [subjectId],
  );

it('is refused, since it exists already, and events are decided and stored as before', async () => {
  await owner.query(guideFunction);
  await expect(owner.query(guideTrigger)).rejects.toThrow(
    'trigger "biometric_events_audit" for relation "biometric_events" already exists',
  );
  await expect(owner.query(`${guideFunction}\n\n${guideTrigger}`)).rejects.toThrow('already exists');

  const subjectId = await decide(randomName('ada'));
  expect(await storedOf(subjectId)).toHaveLength(1);
});

it('logs whoever changes an event past the service, and not the service', async () => {
  const subjectId = await decide(randomName('bob'));
  expect(await loggedOf(subjectId)).toEqual([]);
  await owner.query('update biometric_events set payload = payload where subject_id = $1', [subjectId]);
  await owner.query('delete from biometric_events where subject_id = $1', [subjectId]);
  const [{ name } = { name: '' }] = await owner.query<{ name: string }>('select session_user::text "name"');
  const entry = {
    table_name: 'biometric_events',
    accessor_id: name,
    record_id: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
  };
  expect(await loggedOf(subjectId)).toEqual([
    { access_type: 'DELETE', ...entry },
    { access_type: 'UPDATE', ...entry },
  ]);
});

it('gives way to ours where it was installed before ours came', async () => {
  await owner.query('drop trigger biometric_events_audit on biometric_events');
  await owner.query('drop function delivery.log_biometric_access()');
  await owner.query(guideTrigger);
  await expect(decide(randomName('eve'))).rejects.toThrow('user_id');
  const path = new URL('../../../deploy/migrations/0014_event-audit.sql', import.meta.url);
  await owner.query(readFileSync(path, 'utf8'));
  expect(await storedOf(await decide(randomName('eve')))).toHaveLength(1);
});
