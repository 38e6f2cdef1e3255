/**
 * Who is called for which alert, when, and what follows when nobody answers, as the platform file says: routes choose an escalation,
 * its steps name whom they call, rotas know who is on duty.
 */
import type { Escalation } from "./escalation.ts";
import type { Rota } from "./rota.ts";
import type { AlertRoute } from "./route.ts";

export interface AlertRules {
  /** The first that fits decides. */
  routes: AlertRoute[];
  escalations: Escalation[];
  rotas: Rota[];
  /** Channels that reach management. */
  management: string[];
}

/** Nothing is said: every alert goes to the channels of the configuration at once, and nothing follows (policy rule 64). */
export const noAlertRules: AlertRules = { routes: [], escalations: [], rotas: [], management: [] };
