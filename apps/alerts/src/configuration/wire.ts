import { randomUUID } from 'node:crypto';
import type { RequireScope } from '@bridge/auth';
import type { Log } from '@bridge/core';
import type { Postgres } from '@bridge/postgres';
import type { Vault } from '@bridge/vault';
import type { Express } from 'express';
import { createChangeChannel, type ChangeChannel, type DropDeliveries } from './change-channel.ts';
import { createChangeGroup } from './change-group.ts';
import { createChangeRouting } from './change-routing.ts';
import { createChangeSilence, type MakeConcernedDue } from './change-silence.ts';
import { createConfiguration, type ConfigurationReader } from './configuration.ts';
import type { NoteUnreadable } from '../unreadable-rows.ts';
import type { ConfigurationSources } from './load-configuration.ts';
import { createRecordNamed } from './named-persons.ts';
import { createSilenceReader } from './read-silences.ts';
import type { ChannelRoutesDeps } from './routes/channel-routes.ts';
import { mountConfigurationRoutes } from './routes/configuration-routes.ts';
import { createAccessLog } from './rows/access-log.ts';
import { createLedgerReader } from './rows/ledger-reader.ts';
import { createChangeConfiguration, type MakeEverybodyDue } from './rows/revision-rows.ts';
import { createTestRoutes, type TestRoutesDeps } from './test-routes.ts';
import { createUserIdsOf } from './user-ids.ts';

type ConfigurationDeps = ConfigurationSources & {
  readonly postgres: Pick<Postgres, 'query' | 'transaction'>;
  readonly vault: Vault;
  readonly noteUnreadable: NoteUnreadable;
  readonly log: Log;
  readonly now: () => number;
  readonly makeEverybodyDue: MakeEverybodyDue;
  readonly makeConcernedDue: MakeConcernedDue;
  readonly dropDeliveries: DropDeliveries;
  /** After a change that this process made. */
  readonly changed: () => void;
};

type ConfigurationHttp = Pick<ChannelRoutesDeps, 'sendTest'> &
  Pick<TestRoutesDeps, 'routesOf' | 'holdsOf' | 'timeZoneOf'> & { readonly requireScope: RequireScope };

export type WiredConfiguration = {
  readonly configuration: ConfigurationReader;
  readonly changeChannel: ChangeChannel;
  readonly mountRoutes: (app: Express, http: ConfigurationHttp) => void;
};

/** Routes, channels, groups, silences and budgets: read by the service, changed by people. */
export function wireConfiguration(deps: ConfigurationDeps): WiredConfiguration {
  const { postgres, vault, now, log, adapterOf, defaults, makeEverybodyDue, dropDeliveries } = deps;
  const { query, transaction } = postgres;
  const reading = { query, vault, noteUnreadable: deps.noteUnreadable, now };
  const configuration = createConfiguration({ ...reading, log, adapterOf, defaults });
  const changeConfiguration = createChangeConfiguration({
    transaction,
    makeEverybodyDue,
    changed() {
      configuration.forget();
      deps.changed();
    },
  });
  const changing = {
    ...{ vault, changeConfiguration, now, query, adapterOf, dropDeliveries },
    defaultRouting: defaults.routing,
  };
  const changeChannel = createChangeChannel(changing);
  return {
    configuration,
    changeChannel,
    mountRoutes(app, { requireScope, sendTest, ...planner }) {
      const recordAccess = createAccessLog(query);
      mountConfigurationRoutes(app, {
        requireScope,
        configuration,
        changeChannel,
        changeRouting: createChangeRouting(changing),
        changeGroup: createChangeGroup(changing),
        changeSilence: createChangeSilence({
          ...changing,
          makeConcernedDue: deps.makeConcernedDue,
          newId: randomUUID,
        }),
        silences: createSilenceReader({ ...reading, configuration }),
        ledgers: createLedgerReader({ ...reading, recordAccess }),
        testRoutes: createTestRoutes({ ...reading, recordAccess, configuration, ...planner }),
        userIdsOf: createUserIdsOf(vault, recordAccess),
        recordNamed: createRecordNamed(vault, recordAccess),
        sendTest,
        now,
      });
    },
  };
}
