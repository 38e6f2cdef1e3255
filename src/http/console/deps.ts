/** What the console needs from the rest of the program. */
import type { AccountPost } from "../../actions/send-account-letter.ts";
import type { ApiDeps } from "../api/deps.ts";
import type { IdentityProvider } from "../identity-provider.ts";
import type { Look } from "../look.ts";
import type { AlertChannels } from "../../live/alert-channels.ts";
import type { PageKeys } from "../../live/page-keys.ts";
import type { MonthClosings } from "../../live/month-closings.ts";
import type { SessionDeps } from "../sessions.ts";

/** What a page may tell of how a program was installed and set up: no secret is in it. */
export interface Installation {
  version: string;
  runtime: string;
  /** Settings by name; `value` null: it is a secret, or there is none. */
  variables: readonly { name: string; isSet: boolean; value: string | null }[];
}

export interface ConsoleDeps extends ApiDeps, SessionDeps {
  look: Look;
  /** Asks this very program, as a browser would: for a page that is to be shown with something in it. */
  ask(request: Request): Promise<Response>;
  /** Links and passwords of pages of audiences. */
  pageKeys: Pick<PageKeys, "link" | "password">;
  /** Who vouches for people; null: nobody does. */
  identityProvider: IdentityProvider | null;
  /** How letters about accounts are sent; null: no mail is set up, and links are handed over by whoever makes them. */
  accountPost: AccountPost | null;
  /** Ways to tell people what needs them. */
  channels: Pick<AlertChannels, "list" | "find">;
  /** How this installation is set up. */
  installation: Installation;
  /** Months that are being closed, or were, by this server. */
  closings: MonthClosings;
}
