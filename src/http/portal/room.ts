/** The portal as a room: it lets in customers, by their links, and their people by accounts of their own. */
import type { Context } from "hono";
import { type ReportLanguage, reportLanguage } from "../../documents/report-language.ts";
import type { CustomerDefinition, CustomerLanguage } from "../../domain/sla/promise/customer.ts";
import type { ConsoleDeps } from "../console/deps.ts";
import { type Language, type PortalWordKey, readLanguages } from "../language.ts";
import type { PageContext } from "../pages/markup.ts";
import { languageOf, type Room, type Session } from "../sessions.ts";
import type { Own } from "./own.ts";

export const portalRoom: Room = { holder: "customer", path: "/portal", door: "/portal/enter" };

/** The portal needs what the console needs. */
export type PortalDeps = ConsoleDeps;

/** Variables of a request behind the door. */
export interface PortalEnv {
  Variables: { session: Session; own: Own };
}

/** What every page of the portal is made for. */
export interface PortalContext extends PageContext {
  language: Language<PortalWordKey>;
  /** The words of reports in the same language. */
  words: ReportLanguage;
  /** Null: nobody is signed in yet. */
  customer: CustomerDefinition | null;
}

export const portalLanguages = readLanguages("portal");

/** In the language that was chosen here, else the customer's own; before the door, one that the browser accepts. */
export function portalContext(c: Context<PortalEnv>, deps: PortalDeps): PortalContext {
  const session = c.get("session") as Session | undefined;
  const customer = (c.get("own") as Own | undefined)?.customer ?? null;
  const isChosen = session?.language != null && portalLanguages.has(session.language);
  const theirs = customer === null || isChosen ? undefined : portalLanguages.get(customer.language);
  const language = theirs ?? languageOf(c, session, portalLanguages);
  return {
    language,
    words: reportLanguage(language.code as CustomerLanguage),
    base: portalRoom.path,
    timeZone: deps.board().settings.timeZone,
    now: deps.now(),
    customer,
  };
}

/** Id of the person who has signed in; null: whoever has the customer's link, or nobody yet. */
export function personOf(c: Context<PortalEnv>): string | null {
  const session = c.get("session") as Session | undefined;
  return session?.holder.kind === "customer" ? (session.holder.person?.id ?? null) : null;
}
