/** The API's description of itself (OpenAPI 3.1): what the routes say, and a name for every operation that stays as long as its address. */
import type { OpenAPIHono } from "@hono/zod-openapi";

const methods = ["get", "put", "post", "delete", "patch"] as const;

/** What is read here of one operation. */
export interface DescribedOperation {
  operationId?: string;
  summary?: string;
  description?: string;
  tags?: string[];
  security?: object[];
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: object }[];
  requestBody?: { content?: Record<string, { schema?: object }> };
  responses?: Record<string, { description?: string; content?: Record<string, object> }>;
}

export interface DescribedApi {
  info: { title: string; version: string; description?: string };
  paths: Record<string, Partial<Record<(typeof methods)[number], DescribedOperation>>>;
}

const known = new WeakMap<OpenAPIHono, DescribedApi>();

const about = {
  openapi: "3.1.0",
  info: {
    title: "Fournines",
    version: "1",
    description:
      "What the page shows is read by whoever may see the page, everything else takes a token. Instants are ISO 8601 in UTC with milliseconds, durations are milliseconds, " +
      "percentages are decimal strings that were truncated and never rounded. Refusals are application/problem+json (RFC 9457).",
  },
};

/** The whole description; made once, for its routes do not change. */
export function describeApi(root: OpenAPIHono): DescribedApi {
  let described = known.get(root);
  if (described === undefined) {
    described = root.getOpenAPI31Document(about) as unknown as DescribedApi;
    for (const { path, method, operation } of operationsOf(described)) {
      operation.operationId = operationName(method, path);
    }
    known.set(root, described);
  }
  return described;
}

export interface PlacedOperation {
  path: string;
  method: (typeof methods)[number];
  operation: DescribedOperation;
}

/** All of them, in the order in which they were added. */
export function operationsOf({ paths }: DescribedApi): PlacedOperation[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    methods.flatMap((method) => {
      const operation = operations[method];
      return operation === undefined ? [] : [{ path, method, operation }];
    }),
  );
}

/** `get /api/v1/services/{slug}/months` → "getServicesBySlugMonths": of its address alone, so that it is unique and stays. */
export function operationName(method: string, path: string): string {
  const words = path
    .replace(/^\/api\/v1\//, "/")
    .replace(/\{([^}]+)\}/g, "by-$1")
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== "");
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}
