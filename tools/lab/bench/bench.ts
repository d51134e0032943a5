import type { Stack } from '../../local/start-stack.ts';
import type { ServerClients } from './server-clients.ts';

/** The environment of one group of figures. */
export type BenchContext = {
  readonly stack: Stack;
  /** Our own connections to the stack's servers, as the database's owner. */
  readonly clients: ServerClients;
  /** Small sizes and one run each: shows that everything works, its figures mean little. */
  readonly quick: boolean;
  /** The directory for CPU profiles of services under load, if profiles are requested. */
  readonly profiles: string | undefined;
  /** The size of Apple's own export to be imported, in GB of XML; none is if it is not given. */
  readonly exportGigabytes?: number;
  readonly print: (line: string) => void;
};

/** One measured figure. Runs beside their floor take turns with it, so that both see the same machine. */
export type Figure = {
  readonly name: string;
  readonly unit: string;
  /** One value per run; the median counts. */
  readonly runs: readonly number[];
  /** The same work with nothing but what cannot be left out. */
  readonly floorRuns?: readonly number[];
  readonly target?: Target;
};

/** All given conditions must hold. `ratio` is value / floor. */
export type Target = { readonly atLeast?: number; readonly below?: number; readonly ratio?: number };

export type Bench = (context: BenchContext) => Promise<readonly Figure[]>;
