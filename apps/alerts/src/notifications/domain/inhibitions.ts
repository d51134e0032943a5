import type { Inhibition, Routing } from '@bridge/contracts';
import type { AlertSnapshot } from './alert-snapshot.ts';
import { mismatch, type PersonFacts } from './match-alert.ts';

export type Inhibitor = {
  readonly alertId: string;
  /** It is an alert to operators: its end is no change of this person's alerts, so somebody must look again. */
  readonly isAcrossPersons: boolean;
};

type Source = Inhibitor & { readonly kind: string; readonly isTarget: boolean };
type Rule = Inhibition & { readonly bySystem: ReadonlyMap<string, readonly Source[]> };

const operators: PersonFacts = { userId: 'bridge:operators', groups: new Set() };
const everySystem = '';

/**
 * Finds the open alert that inhibits another one. As in Prometheus Alertmanager, an alert that is both source and target of a
 * rule is not inhibited by others that are both, so two alerts never hold each other, and none holds itself.
 */
export function createInhibitorReader(input: {
  readonly routing: Routing;
  readonly person: PersonFacts;
  readonly alerts: readonly AlertSnapshot[];
  readonly operatorAlerts: readonly AlertSnapshot[];
}): (target: AlertSnapshot) => Inhibitor | null {
  const { routing, person } = input;
  const systems = systemsOfKinds(routing);
  const systemsOf = (inhibition: Inhibition, kind: string) =>
    inhibition.same_system ? (systems.get(kind) ?? []) : [everySystem];

  const rules: Rule[] = routing.inhibitions.map((inhibition) => {
    const bySystem = new Map<string, Source[]>();
    for (const source of sourcesOf(inhibition, input)) {
      for (const system of systemsOf(inhibition, source.kind)) {
        const known = bySystem.get(system);
        if (known === undefined) bySystem.set(system, [source]);
        else known.push(source);
      }
    }
    // Those that may hold every target come first, so that the first or second one decides.
    for (const sources of bySystem.values()) sources.sort((a, b) => Number(a.isTarget) - Number(b.isTarget));
    return { ...inhibition, bySystem };
  });

  return (target) => {
    for (const rule of rules) {
      if (rule.bySystem.size === 0 || mismatch(rule.target, target, person) !== null) continue;
      const isSource = mismatch(rule.source, target, person) === null;
      for (const system of systemsOf(rule, target.kind)) {
        const found = rule.bySystem
          .get(system)
          ?.find(({ alertId, isTarget }) => alertId !== target.alertId && !(isSource && isTarget));
        if (found !== undefined) return found;
      }
    }
    return null;
  };
}

function sourcesOf(
  { source, target, same_person }: Inhibition,
  input: Parameters<typeof createInhibitorReader>[0],
): Source[] {
  const { alerts, operatorAlerts, person } = input;
  const own = new Set(alerts.map(({ alertId }) => alertId));
  const others = same_person ? [] : operatorAlerts.filter(({ alertId }) => !own.has(alertId));
  const from = (list: readonly AlertSnapshot[], owner: PersonFacts, isAcrossPersons: boolean) =>
    list
      .filter((alert) => alert.status !== 'resolved' && mismatch(source, alert, owner) === null)
      .map((alert) => ({
        alertId: alert.alertId,
        kind: alert.kind,
        isAcrossPersons,
        isTarget: mismatch(target, alert, owner) === null,
      }));
  return [...from(alerts, person, false), ...from(others, operators, true)];
}

function systemsOfKinds({ systems }: Routing): ReadonlyMap<string, readonly string[]> {
  const byKind = new Map<string, string[]>();
  for (const [system, kinds] of Object.entries(systems)) {
    for (const kind of kinds) {
      const known = byKind.get(kind);
      if (known === undefined) byKind.set(kind, [system]);
      else known.push(system);
    }
  }
  return byKind;
}
