/**
 * People as rules of alerts name them, by id or by the mail address they sign in with, and who they are here: only somebody who works here
 * and may still come in can be called.
 */
import type { AlertRules } from "./alert-rules.ts";

/** A person as far as calling them goes. */
export interface CallablePerson {
  id: string;
  role: string;
  mail: string | null;
  deactivatedAt: number | null;
  erasedAt: number | null;
}

/** The rules with members of rotas by their ids, and who can be called by which name. */
export function withKnownPeople(
  rules: AlertRules,
  people: readonly CallablePerson[],
): { rules: AlertRules; personOf(name: string): string | undefined } {
  const callable = people.filter(
    ({ role, deactivatedAt, erasedAt }) => role !== "customer" && deactivatedAt === null && erasedAt === null,
  );
  const ids = new Map(
    callable.flatMap(({ id, mail }) => [[id, id] as const, ...(mail === null ? [] : [[mail, id] as const])]),
  );
  const personOf = (name: string) => ids.get(name) ?? ids.get(name.toLowerCase());
  const rotas = rules.rotas.map((rota) => ({
    ...rota,
    layers: rota.layers.map((layer) => ({
      ...layer,
      members: layer.members.map((one) => ({ ...one, person: personOf(one.person) ?? one.person })),
    })),
  }));
  return { rules: { ...rules, rotas }, personOf };
}
