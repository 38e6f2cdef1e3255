/**
 * The Worker before the page: everything is the server's to answer, and what it does not answer is answered from the last copy it pushed.
 * Nothing that the server says is kept here: what is private, written or signed in only passes through.
 */

import { machineClock } from "../clock.ts";
import { awayFileAt, copiedAnswer, copiedFileAt } from "./copied-page.ts";
import { type CopyStub, openKeptPage, type KnownCopy } from "./kept-page.ts";
import { openOrigin, type Origin } from "./origin.ts";
import { copyOf, type Environment } from "./bindings.ts";
import type { PageSettings } from "./settings.ts";
import { unpackedWithin } from "./unpacking.ts";

/** Kept for as long as the isolate runs. */
const kept = openKeptPage(machineClock);
const origins = new Map<string, Origin>();

export async function answerForPage(
  request: Request,
  environment: Environment,
  settings: PageSettings,
  context: Pick<ExecutionContext, "waitUntil">,
): Promise<Response> {
  const isRead = request.method === "GET" || request.method === "HEAD";
  const copy = copyOf(environment);
  // While the server answers, nobody waits for the copy to be looked up.
  const looking = isRead ? kept.latest(copy).catch(() => null) : Promise.resolve(null);
  const known = isRead ? (kept.known() ?? (await looking)) : null;
  const answered = await originOf(settings).ask(request, known !== null && isCopied(request, known));
  if (answered !== null) {
    context.waitUntil(looking);
    return answered;
  }
  const latest = await looking;
  const fromCopy = latest === null ? null : await fromCopyAt(request, latest, copy);
  return fromCopy ?? unreachable(isRead);
}

function isCopied(request: Request, known: KnownCopy): boolean {
  const { pathname } = new URL(request.url);
  return copiedFileAt(pathname, request.headers.get("accept-language"), known) !== undefined;
}

/** The page, or one that says that what was asked for is not in the copy; null: there is neither. */
async function fromCopyAt(request: Request, known: KnownCopy, copy: CopyStub): Promise<Response | null> {
  const { pathname } = new URL(request.url);
  const accepted = request.headers.get("accept-language");
  const file = copiedFileAt(pathname, accepted, known);
  const isForPeople = (request.headers.get("accept") ?? "").includes("text/html");
  const shown = file ?? (isForPeople ? awayFileAt(pathname, accepted, known) : undefined);
  if (shown === undefined) {
    return null;
  }
  const gzip = await kept.content(copy, shown);
  if (gzip === null) {
    // A newer copy came meanwhile; it has a file of that name, or says that it has none.
    const newer = await kept.latest(copy);
    return newer === null || newer === known ? null : fromCopyAt(request, newer, copy);
  }
  const content = await unpackedWithin(gzip, shown.bytes);
  return content === null
    ? null
    : copiedAnswer(
        shown,
        content,
        known.manifest,
        request,
        machineClock.now(),
        file === undefined ? 503 : 200,
      );
}

function originOf({ origin, patienceMs }: PageSettings): Origin {
  const key = `${origin} ${patienceMs}`;
  let found = origins.get(key);
  if (found === undefined) {
    found = openOrigin(origin, patienceMs, machineClock);
    origins.set(key, found);
  }
  return found;
}

/** Where no copy has words for it. */
const unreachableWords = [
  "The server of this page does not answer at the moment.",
  "Serveren bag denne side svarer ikke i øjeblikket.",
  "Serveren bak denne siden svarer ikke akkurat nå.",
  "Le serveur de cette page ne répond pas en ce moment.",
];

function unreachable(isRead: boolean): Response {
  return new Response(`${unreachableWords.join("\n")}\n`, {
    status: isRead ? 503 : 502,
    headers: {
      "content-type": "text/plain; charset=utf-8",
      "cache-control": "no-store",
      "retry-after": "30",
      // Scripts of other sites read it too: it holds nothing but that.
      "access-control-allow-origin": "*",
    },
  });
}
