/** Refuses what was done too often: with 429, and with when to try again (RFC 6585, 4). */
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";

export class TooOften extends HTTPException {
  /** Nothing of what counts now counts any more by then. */
  readonly afterSeconds: number;

  /** @param why a sentence without its end: "That is too often" */
  constructor(why: string, perMs: number) {
    const afterSeconds = Math.ceil(perMs / 1000);
    super(429, { message: `${why}; try again in ${afterSeconds} s.` });
    this.afterSeconds = afterSeconds;
  }
}

/** For who answers it with a page of their own: says in its head when to try again. */
export function tellWhen(c: Context, { afterSeconds }: TooOften): void {
  c.header("Retry-After", String(afterSeconds));
}
