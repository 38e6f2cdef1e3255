/**
 * Evidence over the API: a service's evidence as one file, for who has a token; the roots of the days for everybody, because their use is
 * that many people keep them.
 */
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { createGzip } from "node:zlib";
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { exportEvidence } from "../../actions/export-evidence.ts";
import { InvalidInput } from "../../domain/errors.ts";
import { parseRootText, startOfDay } from "../../domain/monitoring/evidence-root.ts";
import { isoDay, isoInstant } from "../../domain/time/written-instant.ts";
import { listRootsBefore, type StoredRoot } from "../../store/evidence-roots.ts";
import { withScope } from "../authentication.ts";
import { instantInput, slugInput } from "../input.ts";
import { requestIdOf } from "../problem.ts";
import { instantOutput, jsonAnswer, refusals, writeRefusals } from "./answer.ts";
import type { ApiDeps } from "./deps.ts";

const dayOutput = z.string().openapi({ example: "2026-12-01", description: "A UTC day." });
const digestOutput = z.string().openapi({ description: "SHA-256, 64 hex digits." });

const rootOutput = z
  .object({
    day: dayOutput,
    root: digestOutput,
    previous: digestOutput.nullable().openapi({ description: "Root of the day before; null: the first." }),
    statement: z.string().openapi({
      description:
        "The canonical text that the root is the digest of (SHA-256 over its UTF-8 bytes): where each probe's chain of batches stood when " +
        "the day was over, by receipt, and by which rules each service is judged.",
    }),
    created_at: instantOutput,
    timestamp: z
      .object({
        at: instantOutput.nullable(),
        signer: z.string().nullable(),
        token: z.string().openapi({ description: "RFC 3161 token over the root, DER in base64." }),
      })
      .nullable(),
  })
  .openapi("EvidenceRoot");

const mostRoots = 366;

const rootsRoute = createRoute({
  method: "get",
  path: "/evidence/roots",
  tags: ["evidence"],
  summary: "Each day's root over all evidence",
  request: {
    query: z.object({
      before: z
        .string()
        .regex(/^\d{4}-\d\d-\d\d$/, "A day is written like 2026-12-01.")
        .optional()
        .openapi({ description: "Only days before this one: `next` of the answer before." }),
      limit: z.coerce.number().int().min(1).max(mostRoots).default(31),
    }),
  },
  responses: {
    200: jsonAnswer(
      "Newest first.",
      z.object({
        roots: z.array(rootOutput),
        next: dayOutput
          .nullable()
          .openapi({ description: "`before` of the next page; null: it is the last." }),
      }),
    ),
    ...refusals,
  },
});

const exportRoute = (deps: ApiDeps) =>
  createRoute({
    method: "get",
    path: "/evidence/export",
    tags: ["evidence"],
    summary: "Evidence of a service over a time, as one file for `fournines verify`",
    security: [{ token: [] }],
    middleware: [withScope("read:evidence", deps)] as const,
    request: {
      query: z.object({
        service: slugInput,
        from: instantInput,
        to: instantInput.optional().openapi({ description: "Left out: until now." }),
      }),
    },
    responses: {
      200: {
        description: "JSON lines, compressed with gzip; README describes them.",
        content: { "application/gzip": { schema: { type: "string" as const, format: "binary" } } },
      },
      ...writeRefusals,
    },
  });

/** Adds roots and export. */
export function addEvidence(api: OpenAPIHono, deps: ApiDeps): void {
  api.openapi(rootsRoute, async (c) => {
    const { before, limit } = c.req.valid("query");
    const roots = await listRootsBefore(
      deps.db,
      before === undefined ? deps.now() : dayFrom(before),
      limit + 1,
    );
    const shown = roots.slice(0, limit);
    return c.json(
      {
        roots: await Promise.all(shown.map(toRootJson)),
        next: roots.length > limit ? isoDay(shown.at(-1)!.day) : null,
      },
      200,
    );
  });

  api.openapi(exportRoute(deps), async (c) => {
    const { service, from, to } = c.req.valid("query");
    const { fileName, lines } = await exportEvidence(
      { db: deps.db, board: deps.board, sleep },
      { serviceSlug: service, from, to },
    );
    const text = Readable.from(lines, { objectMode: false });
    const file = createGzip();
    text.on("error", (error) => {
      // The connection breaks off, so that nobody takes half a file for a whole one.
      deps.logDefect({ requestId: requestIdOf(c), method: c.req.method, path: c.req.path, error });
      file.destroy(error);
    });
    file.on("close", () => text.destroy());
    return c.body(Readable.toWeb(text.pipe(file)) as ReadableStream, 200, {
      "Content-Type": "application/gzip",
      "Content-Disposition": `attachment; filename="${fileName}"`,
      "Cache-Control": "no-store",
    });
  });
}

/** Loaded by the first root that has one. */
const timestamps = () => import("../../evidence/timestamp.ts");

async function toRootJson({ day, root, statement, createdAt, timestampToken }: StoredRoot) {
  const token = timestampToken?.toBase64() ?? null;
  const stamp = token === null ? null : await (await timestamps()).checkTimestamp(token, root, null);
  return {
    day: isoDay(day),
    root,
    previous: parseRootText(statement).previous,
    statement,
    created_at: isoInstant(createdAt),
    timestamp: token === null ? null : { at: isoInstant(stamp!.at), signer: stamp!.signer, token },
  };
}

function dayFrom(text: string): number {
  const day = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(day)) {
    throw new InvalidInput("day_unknown", "There is no such day.", [
      { pointer: "?before", detail: "must be a day like 2026-12-01" },
    ]);
  }
  return startOfDay(day);
}
