/** The customer portal under /portal: its door, and behind it what is the customer's own and nothing else. */
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import { knowNames } from "../console/answer.ts";
import { addPageVisits } from "../page-visits.ts";
import { fromOurPages, signedIn } from "../sessions.ts";
import { addAccount } from "./account.ts";
import { addContractPage } from "./contract-page.ts";
import { addClaims } from "./credits.ts";
import { addDocuments } from "./documents.ts";
import { addDoor } from "./door.ts";
import { addFrontPage } from "./front-page.ts";
import { addMonthPage } from "./month-page.ts";
import { addRequests } from "./requests.ts";
import { readOwn } from "./own.ts";
import { type PortalDeps, type PortalEnv, portalRoom } from "./room.ts";

const largestFormBytes = 64 * 1024;

/** Mounted at /portal. */
export function portalRoutes(deps: PortalDeps): Hono<PortalEnv> {
  const app = new Hono<PortalEnv>();
  app.use(fromOurPages(deps));
  app.use(
    bodyLimit({
      maxSize: largestFormBytes,
      onError: () => {
        throw new HTTPException(413, { message: "A form has at most 64 KiB." });
      },
    }),
  );
  addDoor(app, deps);
  app.use(signedIn(portalRoom, deps));
  app.use(knowNames(deps));
  app.use(async (c, next) => {
    const { holder } = c.get("session");
    if (holder.kind !== "customer") {
      throw new Error("somebody else was let into the portal");
    }
    c.set("own", await readOwn(deps.db, holder.slug));
    await next();
  });
  addFrontPage(app, deps);
  addContractPage(app, deps);
  addMonthPage(app, deps);
  addDocuments(app, deps);
  addClaims(app, deps);
  addRequests(app, deps);
  addAccount(app, deps);
  addPageVisits(app, deps);
  return app;
}
