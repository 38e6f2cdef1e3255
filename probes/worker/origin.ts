/**
 * The server behind the page, asked with little patience: once it was silent, nobody waits for it again for a few seconds but one who
 * finds out whether it is back.
 */

import type { Clock } from "../clock.ts";

export interface Origin {
  /**
   * What it answers to this request; null: it does not answer, or with a failure of its own.
   *
   * @param hasOther whether there is something else to answer with, so that nobody need wait for a server that was just silent
   */
  ask(request: Request, hasOther: boolean): Promise<Response | null>;
}

/** After it was silent, others are answered without asking for so long. */
const awayForMs = 5_000;
/** Where there is nothing else to answer with, it is waited for. */
const longestMs = 60_000;

export function openOrigin(address: string, patienceMs: number, clock: Pick<Clock, "now">): Origin {
  const base = new URL(address);
  let asksAgainAt = 0;
  return {
    async ask(request, hasOther) {
      const now = clock.now();
      if (hasOther && now < asksAgainAt) {
        return null;
      }
      if (hasOther && asksAgainAt > 0) {
        // Of many who come now, one asks.
        asksAgainAt = now + awayForMs;
      }
      const response = await answerOf(towards(base, request), hasOther ? patienceMs : longestMs);
      const isWell = response !== null && response.status < 500;
      if (hasOther) {
        asksAgainAt = isWell ? 0 : clock.now() + awayForMs;
      }
      if (isWell || (response !== null && !hasOther && !isOfGateway(response.status))) {
        return response;
      }
      await response?.body?.cancel();
      return null;
    },
  };
}

/** Statuses by which whoever stands before a server, Cloudflare among them, says that it did not reach it. */
function isOfGateway(status: number): boolean {
  return status === 502 || status === 504 || (status >= 520 && status <= 530);
}

async function answerOf(request: Request, patienceMs: number): Promise<Response | null> {
  const impatient = new AbortController();
  const timer = setTimeout(() => impatient.abort(), patienceMs);
  try {
    // The body may come for as long as it wants, an event stream for hours: only the answer itself is waited for.
    return await fetch(request, { redirect: "manual", signal: impatient.signal });
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

/** The same request to the server, with who really asks. */
function towards(base: URL, request: Request): Request {
  const asked = new URL(request.url);
  const url = new URL(asked.pathname + asked.search, base);
  const headers = new Headers(request.headers);
  const client = request.headers.get("cf-connecting-ip");
  if (client === null) {
    headers.delete("x-forwarded-for");
  } else {
    headers.set("x-forwarded-for", client);
  }
  headers.set("x-forwarded-proto", asked.protocol.slice(0, -1));
  headers.set("x-forwarded-host", asked.host);
  return new Request(url, { method: request.method, headers, body: request.body, redirect: "manual" });
}
