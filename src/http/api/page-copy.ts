/** The public page as files over the API: a sealed copy in one archive, for `fournines export-page` and for whoever keeps copies elsewhere. */
import { Readable } from "node:stream";
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { manifestName, printSealed } from "../../../probes/page-copy.ts";
import { zipStream } from "../../documents/zip.ts";
import { withScope } from "../authentication.ts";
import type { MadeCopy } from "../pages/compose-copy.ts";
import { requestIdOf } from "../problem.ts";
import { writeRefusals } from "./answer.ts";
import type { ApiDeps } from "./deps.ts";

const languageInput = z.string().regex(/^[a-z]{2}$/, "A language is written like da.");

const copyRoute = (deps: ApiDeps) =>
  createRoute({
    method: "get",
    path: "/page/copy.zip",
    tags: ["page"],
    summary: "The public page as a sealed copy, in files that any host serves",
    security: [{ token: [] }],
    middleware: [withScope("read:evidence", deps)] as const,
    request: {
      query: z.object({
        language: z
          .union([languageInput.transform((code) => [code]), z.array(languageInput).max(20)])
          .default([])
          .openapi({
            description:
              "May stand several times; the first is that of the page at the root. Left out: all of the page.",
          }),
      }),
    },
    responses: {
      200: {
        description: `A ZIP archive; ${manifestName} in it names every file with its SHA-256, under the seal that reports have, too.`,
        content: { "application/zip": { schema: { type: "string" as const, format: "binary" } } },
      },
      ...writeRefusals,
    },
  });

/** Adds the copy. */
export function addPageCopy(api: OpenAPIHono, deps: ApiDeps): void {
  api.openapi(copyRoute(deps), (c) => {
    const copy = deps.pageCopies.make(c.req.valid("query").language);
    const archive = Readable.from(zipStream(named(copy)), { objectMode: false });
    archive.on("error", (error) =>
      deps.logDefect({ requestId: requestIdOf(c), method: c.req.method, path: c.req.path, error }),
    );
    return c.body(Readable.toWeb(archive) as ReadableStream, 200, {
      "Content-Type": "application/zip",
      "Content-Disposition": 'attachment; filename="page-copy.zip"',
      "Cache-Control": "no-store",
    });
  });
}

async function* named(copy: MadeCopy): AsyncGenerator<readonly [string, Uint8Array]> {
  const sealed = yield* contents(copy);
  yield [manifestName, Buffer.from(printSealed(sealed))];
}

async function* contents(copy: MadeCopy) {
  for (;;) {
    const { done, value } = await copy.next();
    if (done === true) {
      return value;
    }
    yield [value.file.name, value.content] as const;
  }
}
