/**
 * The only place that turns refusals and defects into answers (RFC 9457, application/problem+json). A refusal says what to mend; a
 * defect is logged once with its cause and answered with nothing but the number of the request.
 */
import type { Context, ErrorHandler, Hono, NotFoundHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import {
  Conflict,
  type Fault,
  Forbidden,
  InvalidInput,
  NotFound,
  Refusal,
  Unauthenticated,
} from "../domain/errors.ts";
import { isDatabaseAway } from "../store/database-away.ts";
import { securityHeaders } from "./pages/security.ts";
import { TooOften } from "./too-often.ts";

/** Every kind of problem: its status, its title, and what a reader of `/problems/<kind>` is told. */
export const problemKinds = {
  "invalid-input": {
    status: 422,
    title: "What was sent breaks a rule",
    advice:
      "Each entry of `errors` names a place (a JSON pointer, or ?name for a query parameter) and the rule it breaks.",
  },
  "malformed-body": {
    status: 400,
    title: "The body cannot be read",
    advice: "The body is not well-formed. Send one JSON value in UTF-8.",
  },
  unauthenticated: {
    status: 401,
    title: "A token is needed",
    advice: "Send a valid token: `Authorization: Bearer fn_…`. The first one was printed at the first start.",
  },
  forbidden: {
    status: 403,
    title: "This caller may not do that",
    advice: "The caller is known, but the right to do this is missing.",
  },
  "not-found": {
    status: 404,
    title: "There is nothing here",
    advice: "Check the address and the reference.",
  },
  "method-not-allowed": {
    status: 405,
    title: "The address does not take this method",
    advice: "The header `Allow` names the methods that it takes.",
  },
  conflict: {
    status: 409,
    title: "It does not fit what already stands",
    advice: "Read the present state again; `detail` says what stands in the way.",
  },
  "precondition-failed": {
    status: 412,
    title: "Somebody else changed it meanwhile",
    advice:
      "Nothing was overwritten. Read the present state again, and send the change with its `ETag` in `If-Match`.",
  },
  "body-too-large": {
    status: 413,
    title: "The body is too large",
    advice: "Requests of the API have at most 256 KiB, batches of samples 16 MiB.",
  },
  "unsupported-media-type": {
    status: 415,
    title: "The body is of another type than expected",
    advice: "Send `Content-Type: application/json`, where nothing else is documented.",
  },
  "too-many-requests": {
    status: 429,
    title: "That was tried too often",
    advice: "Wait as long as `Retry-After` says, then try again.",
  },
  "internal-error": {
    status: 500,
    title: "Something went wrong on our side",
    advice: "It was logged under the number in `instance`. Trying again may help.",
  },
  unavailable: {
    status: 503,
    title: "It cannot be answered at the moment",
    advice: "The database does not answer. The status page is still served from memory; try again shortly.",
  },
} as const satisfies Record<string, { status: number; title: string; advice: string }>;
export type ProblemKind = keyof typeof problemKinds;

/** An answer that is not the one that was hoped for. */
export interface Problem {
  kind: ProblemKind;
  /** Stable word for the rule: more exact than the kind. */
  code: string;
  detail: string;
  errors?: readonly Fault[];
  headers?: Record<string, string>;
  /** Members of its own that a route documents. */
  members?: Record<string, unknown>;
}

/** Where a defect is told, once. */
export type DefectLog = (defect: { requestId: string; method: string; path: string; error: unknown }) => void;

/** A problem as a page, in the look of the others and the language of its path, else one that the reader accepts. */
export type ProblemHtml = (
  problem: { status: number; requestId: string },
  path: string,
  acceptedLanguages: string | undefined,
) => string;

/** For `onError`: whatever was thrown, as an answer. */
export function onThrown(log: DefectLog, toHtml?: ProblemHtml): ErrorHandler {
  return (error, c) => {
    const problem = toProblem(error);
    if (problem.kind === "internal-error" || problem.kind === "unavailable") {
      log({ requestId: requestIdOf(c), method: c.req.method, path: c.req.path, error });
    }
    return respondWithProblem(c, problem, toHtml);
  };
}

/** For `notFound`: an unknown address, or a known one that does not take this method. */
export function onUnknownRoute(app: Pick<Hono, "router">, toHtml?: ProblemHtml): NotFoundHandler {
  return (c) => {
    const allowed = methodsAt(app, c.req.path);
    if (allowed.length === 0) {
      const detail = `There is nothing at ${c.req.path}.`;
      return respondWithProblem(c, { kind: "not-found", code: "unknown_address", detail }, toHtml);
    }
    return respondWithProblem(c, {
      kind: "method-not-allowed",
      code: "method_not_allowed",
      detail: `${c.req.path} takes ${allowed.join(", ")}, not ${c.req.method}.`,
      headers: { Allow: allowed.join(", ") },
    });
  };
}

/**
 * The answer itself. `type` is a page people can open; `instance` is the number of the request. Who asked for a page, outside the API,
 * is answered with one.
 */
export function respondWithProblem(c: Context, problem: Problem, toHtml?: ProblemHtml): Response {
  const { status } = problemKinds[problem.kind];
  const requestId = requestIdOf(c);
  const headers = { "Cache-Control": "no-store", "X-Request-Id": requestId, ...problem.headers };
  if (toHtml !== undefined && asksForPage(c) && (status === 404 || status === 429 || status >= 500)) {
    const page = toHtml({ status, requestId }, c.req.path, c.req.header("Accept-Language"));
    return c.body(page, status, {
      ...securityHeaders,
      "Content-Type": "text/html; charset=utf-8",
      Vary: "Accept, Accept-Language",
      ...headers,
    });
  }
  const answer = problemJson(problem, requestId);
  return c.body(answer.body, status as ContentfulStatusCode, { ...answer.headers, ...headers });
}

/** The same where there is no framework: what is sent, and its headers. */
export function problemJson(
  problem: Problem,
  requestId: string,
): { body: string; headers: Record<string, string> } {
  const { status, title } = problemKinds[problem.kind];
  const body = {
    type: `/problems/${problem.kind}`,
    title,
    status,
    detail: problem.detail,
    instance: `urn:uuid:${requestId}`,
    code: problem.code,
    ...(problem.errors === undefined || problem.errors.length === 0 ? {} : { errors: problem.errors }),
    ...problem.members,
  };
  return { body: JSON.stringify(body), headers: { "Content-Type": "application/problem+json" } };
}

/** Browsers name text/html; programs that take anything do not. */
function asksForPage(c: Context): boolean {
  return !c.req.path.startsWith("/api/") && /\btext\/html\b/i.test(c.req.header("Accept") ?? "");
}

/** What was thrown, as a problem. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Refusal) {
    const kind = kindOf(error);
    const headers = kind === "unauthenticated" ? { "WWW-Authenticate": 'Bearer realm="Fournines"' } : {};
    return { kind, code: error.code, detail: error.message, errors: error.fields, headers };
  }
  if (error instanceof HTTPException) {
    return fromHttpException(error);
  }
  if (isDatabaseAway(error)) {
    const detail = "The database does not answer at the moment.";
    return { kind: "unavailable", code: "database_away", detail, headers: { "Retry-After": "5" } };
  }
  return {
    kind: "internal-error",
    code: "internal_error",
    detail: "It was logged under the number of this request.",
  };
}

function kindOf(refusal: Refusal): ProblemKind {
  if (refusal instanceof InvalidInput) {
    return "invalid-input";
  }
  if (refusal instanceof NotFound) {
    return "not-found";
  }
  if (refusal instanceof Conflict) {
    return refusal.code === "version_changed" ? "precondition-failed" : "conflict";
  }
  if (refusal instanceof Forbidden) {
    return "forbidden";
  }
  return refusal instanceof Unauthenticated ? "unauthenticated" : "internal-error";
}

/** What the web framework itself refuses. */
function fromHttpException(error: HTTPException): Problem {
  switch (error.status) {
    case 400:
      return { kind: "malformed-body", code: "malformed_json", detail: "The body is not well-formed JSON." };
    case 403:
      return {
        kind: "forbidden",
        code: "form_from_elsewhere",
        detail: "This form was not sent by a page of this platform.",
      };
    case 404:
      return { kind: "not-found", code: "unknown_address", detail: "There is nothing at this address." };
    case 413:
      return {
        kind: "body-too-large",
        code: "body_too_large",
        detail: error.message || "The body is too large.",
      };
    case 415:
      return {
        kind: "unsupported-media-type",
        code: "unsupported_media_type",
        detail: "The Content-Type of the body is missing or not one that is taken here.",
      };
    case 429:
      return {
        kind: "too-many-requests",
        code: "too_many_attempts",
        detail: error.message,
        headers: { "Retry-After": String(error instanceof TooOften ? error.afterSeconds : 60) },
      };
    default:
      return {
        kind: "internal-error",
        code: "internal_error",
        detail: "It was logged under the number of this request.",
      };
  }
}

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

function methodsAt(app: Pick<Hono, "router">, path: string): string[] {
  const taken = methods.filter((method) =>
    app.router.match(method, path)[0].some(([[, route]]) => route.method === method),
  );
  return taken.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]));
}

/** The number of this request, the same wherever it is told. */
export function requestIdOf(c: Context): string {
  const known: unknown = c.get("requestId");
  if (typeof known === "string") {
    return known;
  }
  const requestId = crypto.randomUUID();
  c.set("requestId", requestId);
  return requestId;
}
