/**
 * Asks over HTTP with the fetch of a Worker: redirects by hand, never from a cache, the body within its bound. Connections are the
 * runtime's own, so that only the time to the first byte and the total are known.
 */

import { judgeHead, judgeResponse, judgesBody } from "../expectations.ts";
import type { Answer, HttpResponse } from "../expectations.ts";
import { ProbeFailure } from "../failure.ts";
import { firstRequest, isRedirect, redirected, smallBodyBytes } from "../http-request.ts";
import type { HttpRequest } from "../http-request.ts";
import type { Asking, ProbeFunction } from "../prober.ts";
import type { HttpTarget } from "../protocol.ts";
import { readBody } from "./body.ts";
import { demandFamily } from "./sockets.ts";
import { failureOfFetch, judgeEdgeStatus } from "./troubles.ts";

/** Probe function of the kind `http`. */
export function httpProbe(resolverUrl: string): ProbeFunction<HttpTarget> {
  return async (asking) => {
    const { target } = asking;
    let request = firstRequest(target);
    for (let hops = 0; ; hops++) {
      demandFamily(request.host, asking.assignment.family);
      const answer = await exchange(asking, request, resolverUrl);
      if (!(answer instanceof Response)) {
        return answer;
      }
      request = redirected(request, answer.status, answer.headers.get("location") ?? "", target.headers);
      if (hops + 1 > target.maxRedirects) {
        throw new ProbeFailure("too_many_redirects", `more than ${target.maxRedirects} redirects`);
      }
    }
  };
}

/** One request and what came of it: an answer, or the redirect to follow. */
async function exchange(
  asking: Asking<HttpTarget>,
  request: HttpRequest,
  resolverUrl: string,
): Promise<Answer | Response> {
  const { target, timings, elapsed } = asking;
  const aborting = new AbortController();
  asking.cancel = () => aborting.abort();
  const began = elapsed();
  try {
    const response = await fetch(request.origin + request.path, {
      method: request.method,
      headers: request.headers,
      body: request.body ?? null,
      redirect: "manual",
      cache: "no-store",
      signal: aborting.signal,
    });
    timings.firstByte = elapsed() - began;
    if (target.maxRedirects > 0 && isRedirect(response.status) && response.headers.has("location")) {
      leave(response);
      return response;
    }
    return await judged(target, response);
  } catch (error) {
    throw await failureOfFetch(error, request, request.secure, asking, resolverUrl);
  }
}

async function judged(target: HttpTarget, response: Response): Promise<Answer> {
  const head: HttpResponse = {
    status: response.status,
    header: (name) => response.headers.get(name) ?? undefined,
  };
  const wrong = judgeHead(target, head);
  if (wrong !== null) {
    leave(response);
    return wrong.reason === "unexpected_status"
      ? (judgeEdgeStatus(response.status, response.headers.get("server")) ?? wrong)
      : wrong;
  }
  if (judgesBody(target)) {
    return judgeResponse(target, { ...head, ...(await readBody(response, target.maxBodyBytes)) });
  }
  if (Number(response.headers.get("content-length") ?? Infinity) <= smallBodyBytes) {
    await response.arrayBuffer();
  } else {
    leave(response);
  }
  return { outcome: "ok" };
}

/** What is left of a response is not wanted: its connection must not wait for it. */
function leave(response: Response): void {
  response.body?.cancel().catch(() => {});
}
