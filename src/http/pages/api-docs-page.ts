/** /api/docs: every operation of the API as a page of ours, printed from the description that programs read. */
import { boardOf } from "../../domain/status/page.ts";
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import {
  describeApi,
  type DescribedApi,
  type DescribedOperation,
  operationsOf,
  type PlacedOperation,
} from "../api/described-api.ts";
import type { StatusBoard } from "../../domain/status/status-board.ts";
import type { SecurityScheme } from "../api/security-schemes.ts";
import type { WordKey } from "../language.ts";
import type { Look } from "../look.ts";
import { securityHeaders } from "./security.ts";
import { shell } from "./shell.ts";
import { contextAt, siteOf } from "./site.ts";
import { boardState } from "./status-page.ts";

export interface ApiDocsDeps {
  look: Look;
  board(): StatusBoard;
  now(): number;
  baseUrl: string | null;
}

interface DocumentedOperation {
  id: string;
  method: string;
  path: string;
  summary: string;
  description: string;
  /** What is shown to be let in. */
  needs: WordKey;
  parameters: { name: string; place: string; isRequired: boolean; about: string }[];
  body: { name: string; type: string; isRequired: boolean; about: string }[];
  answers: { status: string; about: string }[];
}

/** Adds the page. `app` is what it describes. */
export function addApiDocs(app: OpenAPIHono, deps: ApiDocsDeps): void {
  app.get("/api/docs", (c) => {
    const described = describeApi(app);
    const board = boardOf(deps.board(), "public");
    const context = contextAt(board, deps, {
      ...{ code: undefined, accepted: c.req.header("Accept-Language"), now: deps.now() },
    });
    const head = {
      ...{ title: context.language.say("docs.title"), path: "/api/docs", state: boardState(board, context) },
      isStill: true,
    };
    const page = {
      title: head.title,
      format: "OpenAPI 3.1",
      about: described.info.description ?? "",
      groups: groupsOf(described),
    };
    return answer(c, deps.look.print("api-docs/page", shell({ page }, head, siteOf(board, deps), context)));
  });
}

function answer(c: Context, html: string): Response {
  return c.body(html, 200, {
    ...securityHeaders,
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "public, max-age=60",
    Vary: "Accept-Language",
  });
}

/** By the noun they are about. */
function groupsOf(described: DescribedApi): { name: string; operations: DocumentedOperation[] }[] {
  const groups = Map.groupBy(operationsOf(described), ({ operation }) => operation.tags?.[0] ?? "api");
  return [...groups].map(([name, operations]) => ({ name, operations: operations.map(documented) }));
}

function documented({ path, method, operation }: PlacedOperation): DocumentedOperation {
  const { operationId = "", summary = "", description = "", security = [], parameters = [] } = operation;
  return {
    ...{ id: operationId, method: method.toUpperCase(), path, summary, description },
    needs: needsWord[schemeOf(security)],
    parameters: parameters.map((one) => ({
      ...{ name: one.name, place: one.in, isRequired: one.required === true },
      about: one.description ?? descriptionOf(one.schema),
    })),
    body: bodyOf(operation),
    answers: Object.entries(operation.responses ?? {}).map(([status, response]) => ({
      ...{ status, about: response.description ?? "" },
    })),
  };
}

/** What is shown to be let in; no way stands beside another. */
function schemeOf(security: readonly object[]): SecurityScheme | "none" {
  return (Object.keys(security[0] ?? {})[0] as SecurityScheme | undefined) ?? "none";
}

const needsWord = {
  ...{ none: "docs.open", token: "docs.token", invitation: "docs.invitation" },
  ...{ signature: "docs.signature", batch: "docs.signature" },
} as const satisfies Record<SecurityScheme | "none", WordKey>;

/** Members of what is sent, where that is an object of its own. */
function bodyOf({ requestBody }: DescribedOperation): DocumentedOperation["body"] {
  const schema = requestBody?.content?.["application/json"]?.schema as
    { properties?: Record<string, object>; required?: string[] } | undefined;
  return Object.entries(schema?.properties ?? {}).map(([name, member]) => ({
    ...{ name, type: typeOf(member), isRequired: schema?.required?.includes(name) === true },
    about: descriptionOf(member),
  }));
}

function descriptionOf(schema: object | undefined): string {
  const { description } = (schema ?? {}) as { description?: string };
  return description ?? "";
}

/** "string", "string or null", "service" for a schema that has a name. */
function typeOf(schema: object): string {
  const { type, $ref, enum: words } = schema as { type?: string | string[]; $ref?: string; enum?: unknown[] };
  return words !== undefined
    ? words.join(" | ")
    : ($ref?.split("/").at(-1) ?? (Array.isArray(type) ? type.join(" or ") : (type ?? "")));
}
