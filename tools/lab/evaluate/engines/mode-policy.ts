import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { BiometricEvent } from '@bridge/contracts';
import type { CreateEngine, EngineAlert, EngineModule, EngineOutput } from '../engine.ts';
import { createRecentEvents } from './recent-events.ts';

// Found by its path at run time, in the lib or, where there is none yet, in the app that has it: tools import no apps.
// What is used of it is written down here.

type State = { readonly now: number };
type Rules = { readonly hash: string };
type Decision = {
  readonly state: State;
  readonly transition: unknown;
  readonly alertSignals: readonly EngineAlert[];
};
type Range = { readonly from: number; readonly to: number; readonly metrics: number };
type KnownEvents = {
  readonly versionsOf: (event: BiometricEvent) => readonly BiometricEvent[];
  readonly between: (range: Range) => readonly BiometricEvent[];
};
type Command =
  | {
      readonly kind: 'event';
      readonly event: BiometricEvent;
      readonly signals: unknown;
      readonly known: KnownEvents;
    }
  | { readonly kind: 'tick'; readonly userId: string; readonly due: number };
type Policy = {
  readonly decide: (before: State, command: Command, rules: Rules) => readonly Decision[];
  readonly signalsOf: (event: BiometricEvent, rules: Rules) => unknown;
  readonly metricBitsOf: (event: BiometricEvent) => number;
  readonly initialState: State;
  readonly requireRules: (text: string, name: string) => Rules;
};

const root = new URL('../../../../', import.meta.url);
const lib = new URL('libs/mode-policy/src/index.ts', root);
const app = [
  'domain/decide.ts',
  'domain/signals.ts',
  'domain/person-state.ts',
  'domain/metric-bits.ts',
  'adapters/rule-file.ts',
].map((path) => new URL(`apps/cognition/src/${path}`, root));

/** The mode policy of this checkout. */
export const loadEngine: EngineModule['loadEngine'] = async (config) => {
  const policy = existsSync(lib) ? ((await import(lib.href)) as Policy) : await policyOfApp();
  return createPolicyEngine(policy, policy.requireRules(await readFile(config, 'utf8'), config));
};

async function policyOfApp(): Promise<Policy> {
  const loaded = await Promise.all(app.map((url) => import(url.href) as Promise<object>));
  const modules = Object.assign({}, ...loaded) as Omit<Policy, 'initialState' | 'requireRules'> & {
    readonly initial: State;
    readonly parseRules: Policy['requireRules'];
  };
  return { ...modules, initialState: modules.initial, requireRules: modules.parseRules };
}

function createPolicyEngine(policy: Policy, rules: Rules): CreateEngine {
  const { decide, signalsOf, initialState, metricBitsOf } = policy;
  return (userId) => {
    const recent = createRecentEvents();
    const known: KnownEvents = {
      versionsOf: (event) => recent.versionsOf(event).filter(({ event_id }) => event_id !== event.event_id),
      between: (range) =>
        recent.between(range).filter((event) => (metricBitsOf(event) & range.metrics) !== 0),
    };
    let state = initialState;
    const take = (decisions: readonly Decision[]): EngineOutput => {
      state = decisions.at(-1)?.state ?? state;
      return {
        alerts: decisions.flatMap(({ alertSignals }) => alertSignals),
        transitions: decisions.filter(({ transition }) => transition !== null).length,
      };
    };
    return {
      decide: (event) => {
        const signals = signalsOf(event, rules);
        const decisions = decide(state, { kind: 'event', event, signals, known }, rules);
        recent.add(event);
        return take(decisions);
      },
      tick: (due) => take(decide(state, { kind: 'tick', userId, due }, rules)),
    };
  };
}
