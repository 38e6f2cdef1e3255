/** What the console needs from the rest of the program. */
import type { ApiDeps } from "../api/deps.ts";
import type { Look } from "../look.ts";
import type { MonthClosings } from "../../live/month-closings.ts";
import type { SessionDeps } from "../sessions.ts";

export interface ConsoleDeps extends ApiDeps, SessionDeps {
  look: Look;
  /** Months that are being closed, or were, by this server. */
  closings: MonthClosings;
}
