/** The public pages on which somebody subscribes and looks after it, each with and without a language in its address. */
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import { addOwnPage } from "./own-page.ts";
import type { SubscribingDeps } from "./room.ts";
import { addSignUp } from "./sign-up.ts";

const largestFormBytes = 64 * 1024;
const bases = ["", "/:language{[a-z][a-z]}"];

/** Mounted at "/". */
export function subscribingRoutes(deps: SubscribingDeps): Hono {
  const app = new Hono();
  const limit = bodyLimit({
    maxSize: largestFormBytes,
    onError: () => {
      throw new HTTPException(413, { message: "A form has at most 64 KiB." });
    },
  });
  for (const base of bases) {
    app.use(`${base}/subscribe`, limit);
    app.use(`${base}/subscription/*`, limit);
  }
  addSignUp(app, bases, deps);
  addOwnPage(app, bases, deps);
  return app;
}
