/** The pages on which somebody subscribes and looks after it, beside each page of an audience, with and without a language in its address. */
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import { pageBases } from "../pages/named-page.ts";
import { addOwnPage } from "./own-page.ts";
import type { SubscribingDeps } from "./room.ts";
import { addSignUp } from "./sign-up.ts";

const largestFormBytes = 64 * 1024;

/** Mounted at "/". */
export function subscribingRoutes(deps: SubscribingDeps): Hono {
  const app = new Hono();
  const limit = bodyLimit({
    maxSize: largestFormBytes,
    onError: () => {
      throw new HTTPException(413, { message: "A form has at most 64 KiB." });
    },
  });
  for (const base of pageBases) {
    app.use(`${base}/subscribe`, limit);
    app.use(`${base}/subscription/*`, limit);
  }
  addSignUp(app, pageBases, deps);
  addOwnPage(app, pageBases, deps);
  return app;
}
