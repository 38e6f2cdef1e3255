/** Whether a kind of check can be asked from a location, by what is known of the probes there. */
import { type CheckKind, checkKinds, type ProbeEngine } from "../../probes/protocol.ts";
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
