/** Trying a check before it is kept, in the console and over the API: asked once, from this server, and not more often than a person would. */
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { Observation } from "../../probes/protocol.ts";
import type { CheckDefinition } from "../domain/monitoring/check-definition.ts";
import { limitAttempts } from "./attempts.ts";
import type { ApiDeps } from "./api/deps.ts";

const triesAMinute = 20;
const atOnce = 4;

export type TryCheck = (c: Context, author: string, check: CheckDefinition) => Promise<Observation>;

/** Refuses with 429 whoever tries too often, and everybody while several are tried. */
export function openTrials(deps: Pick<ApiDeps, "askOnce" | "now">): TryCheck {
  const attempts = limitAttempts(triesAMinute, 60_000);
  let running = 0;
  return async (c, author, check) => {
    attempts.mayTry(c, deps.now(), author);
    if (running >= atOnce) {
      throw new HTTPException(429, {
        message: "Several checks are being tried; try again in a few seconds.",
      });
    }
    attempts.failed(c, deps.now(), author);
    running++;
    try {
      return await deps.askOnce(check);
    } finally {
      running--;
    }
  };
}
