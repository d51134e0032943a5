import type {
  AlertMatch,
  Budget,
  Routing,
  channelFaults,
  channelStates,
  disablingReasons,
} from '@bridge/contracts';
import type { ChannelAdapter } from '../../channels/channel.ts';

export type ChannelState = (typeof channelStates)[number];
export type DisablingReason = (typeof disablingReasons)[number];
export type ChannelFault = (typeof channelFaults)[number];

/** What is needed to send over a channel. */
export type Receiver =
  | { readonly kind: 'usable'; readonly adapter: ChannelAdapter; readonly settings: unknown }
  | { readonly kind: 'faulty'; readonly fault: ChannelFault };

export type Channel = {
  readonly name: string;
  readonly kind: string;
  readonly receiver: Receiver;
  /** As they were stored, secrets too; undefined where they cannot be read. */
  readonly storedSettings: ChannelSettings | undefined;
  readonly fitForHealthData: boolean;
  /** The person whose own channel it is. */
  readonly subjectId: string | undefined;
  readonly state: ChannelState;
  readonly stateReason: DisablingReason | undefined;
  /** Times are in milliseconds since 1970. */
  readonly createdAt: number;
  readonly updatedAt: number;
};

export type ChannelSettings = Readonly<Record<string, unknown>>;

export type Silence = {
  readonly silenceId: string;
  readonly match: AlertMatch;
  readonly comment: string;
  readonly author: string;
  readonly beginsAt: number;
  readonly endsAt: number;
  readonly createdAt: number;
};

export type PersonGroup = {
  readonly name: string;
  /** Subject ids. */
  readonly members: ReadonlySet<string>;
  readonly updatedAt: number;
};

/** A document of which every revision is kept; revision 0 is the default that nobody stored. */
export type Revised<T> = { readonly revision: number; readonly value: T };

/** Everything that people set up, as it was at one revision. */
export type Configuration = {
  readonly revision: number;
  readonly routing: Revised<Routing>;
  readonly budgets: Revised<readonly Budget[]>;
  /** By name. */
  readonly channels: ReadonlyMap<string, Channel>;
  /** Those that had not ended when they were read. Whether one is in force, its times say. */
  readonly silences: readonly Silence[];
  /** By name. */
  readonly groups: ReadonlyMap<string, PersonGroup>;
  /** Names of the groups of each person, by subject id; persons of none are absent. */
  readonly groupsBySubject: ReadonlyMap<string, ReadonlySet<string>>;
};
