/** Whether a check can be asked from a location, by what is known of the probes there. */
import { whyNot } from "../../probes/abilities.ts";
import {
  type AddressFamily,
  type CheckKind,
  checkKinds,
  type ProbeEngine,
  type Target,
} from "../../probes/protocol.ts";
import { canAsk } from "../domain/monitoring/share.ts";
import { orList } from "./nearest-word.ts";

/** A probe that is known in a location. */
export interface KnownAsker {
  location: string;
  engine: ProbeEngine;
  kinds: readonly CheckKind[];
}

const engineWords: Record<ProbeEngine, string> = {
  server: "on a server",
  node: "on Node",
  workers: "on Cloudflare Workers",
};

/** The probes of a location of which it is known what they can do. */
export function askersIn(askers: readonly KnownAsker[], location: string): KnownAsker[] {
  return askers.filter((asker) => asker.location === location && asker.kinds.length > 0);
}

/** Why no probe of this location can ask this kind; null: one can, or none is known yet. */
export function whyNotAsked(askers: readonly KnownAsker[], location: string, kind: CheckKind): string | null {
  const known = askersIn(askers, location);
  if (known.length === 0 || known.some((asker) => canAsk(asker, kind))) {
    return null;
  }
  if (kind === "check-in") {
    return `cannot be asked from "${location}": jobs call a server, and none has its probe there`;
  }
  const engines = [...new Set(known.map(({ engine }) => engineWords[engine]))].join(" and ");
  const can = checkKinds.filter((one) => known.some((asker) => canAsk(asker, one)));
  const whose = known.length === 1 ? "its probe runs" : "its probes run";
  return `cannot be asked from "${location}": ${whose} ${engines} and can ask ${orList(can)}`;
}

/**
 * Why not every probe of this location that asks this kind can ask the check as it is meant; null: they all can. Which of them it falls
 * to is not known beforehand, so each must be able to.
 */
export function whyNotAsMeant(
  askers: readonly KnownAsker[],
  location: string,
  target: Target,
  family: AddressFamily,
): string | null {
  for (const asker of askersIn(askers, location).filter((known) => canAsk(known, target.kind))) {
    const why = whyNot(asker.engine, target, family);
    if (why !== null) {
      return `cannot be asked like this from "${location}": ${why}`;
    }
  }
  return null;
}
