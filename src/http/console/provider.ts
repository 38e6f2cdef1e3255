/** The way in by an identity provider: there, and back again with its word. */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Context, Hono } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { recogniseIdentity } from "../../actions/recognise-identity.ts";
import { Refusal, Unauthenticated } from "../../domain/errors.ts";
import type { Instant } from "../../domain/time/interval.ts";
import { limitAttempts } from "../attempts.ts";
import type { IdentityProvider, ProviderTrip } from "../identity-provider.ts";
import { requestIdOf } from "../problem.ts";
import type { ConsoleDeps } from "./deps.ts";
import { freshForm, readForm, refusedForm } from "./form.ts";
import { letIn } from "./let-in.ts";
import type { ConsoleEnv } from "./room.ts";
import type { Door } from "./door.ts";

const cookieName = "fn_provider";
const path = "/console/provider";
const tripMs = 15 * 60_000;

/** Adds the way, if there is a provider; it is open to everybody. */
export function addProvider(app: Hono<ConsoleEnv>, door: Door, deps: ConsoleDeps): void {
  const attempts = limitAttempts(20, 60_000);

  /** Does a step with the provider; what it is refused for is told at the door, and logged where nobody here can mend it. */
  const withProvider = async (
    c: Context<ConsoleEnv>,
    step: (provider: IdentityProvider) => Promise<Response>,
  ) => {
    attempts.mayTry(c, deps.now());
    try {
      if (deps.identityProvider === null) {
        throw new Unauthenticated("no_provider", "There is no identity provider here.");
      }
      return await step(deps.identityProvider);
    } catch (error) {
      attempts.failed(c, deps.now());
      if (!(error instanceof Refusal)) {
        deps.logDefect({ requestId: requestIdOf(c), method: c.req.method, path: c.req.path, error });
      }
      const told =
        error instanceof Refusal
          ? error
          : new Unauthenticated(
              "provider_refused",
              "The identity provider did not vouch for you. Try again.",
            );
      const { form, status } = refusedForm(freshForm().typed, [], told);
      return door(c, form, null, status);
    }
  };
  const returnTo = (c: Context) => `${deps.baseUrl ?? new URL(c.req.url).origin}${path}/return`;

  app.post("/provider", (c) =>
    withProvider(c, async (provider) => {
      const then = (await readForm(c)).one("then");
      const { address, trip } = await provider.begin(returnTo(c));
      setCookie(c, cookieName, seal(deps.secretKey, { ...trip, then }, deps.now()), {
        ...{ path, httpOnly: true, sameSite: "Lax", maxAge: tripMs / 1000 },
        secure: returnTo(c).startsWith("https:"),
      });
      return c.redirect(address, 303);
    }),
  );

  app.get("/provider/return", (c) =>
    withProvider(c, async (provider) => {
      const trip = open(deps.secretKey, getCookie(c, cookieName) ?? "", deps.now());
      deleteCookie(c, cookieName, { path });
      if (trip === null) {
        throw new Unauthenticated("trip_over", "This took too long, or began in another browser. Try again.");
      }
      const returned = new URL(`${returnTo(c)}${new URL(c.req.url).search}`);
      const person = await recogniseIdentity(deps.db, await provider.finish(returned, trip), deps.now());
      return letIn(c, person, "provider", { then: trip.then, kept: null }, deps);
    }),
  );
}

// What is remembered meanwhile lies in this browser alone, under the server's seal.

type Remembered = ProviderTrip & { then: string };

function seal(secretKey: string, trip: Remembered, now: Instant): string {
  const text = Buffer.from(JSON.stringify({ ...trip, until: now + tripMs })).toString("base64url");
  return `${text}.${sealOf(secretKey, text)}`;
}

function open(secretKey: string, sealed: string, now: Instant): Remembered | null {
  const [, text = "", mark = ""] = /^([\w-]+)\.([\w-]{43})$/.exec(sealed) ?? [];
  if (text === "" || !timingSafeEqual(Buffer.from(mark), Buffer.from(sealOf(secretKey, text)))) {
    return null;
  }
  const trip = JSON.parse(Buffer.from(text, "base64url").toString()) as Remembered & { until: Instant };
  return now < trip.until ? trip : null;
}

function sealOf(secretKey: string, text: string): string {
  return createHmac("sha256", secretKey).update(`fournines provider ${text}`).digest("base64url");
}
