/**
 * The platform file over the API: shown and applied by whoever may, so that the command line can hand it to a running server.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { applyPlatform, previewPlatform } from "../../actions/apply-platform.ts";
import { plannedNouns, type PlatformPlan } from "../../domain/status/platform-plan.ts";
import { parsePlatformFile } from "../../platform-file/platform-file.ts";
import { listAskers } from "../../store/askers.ts";
import { withScope } from "../authentication.ts";
import { jsonAnswer, jsonBody, writeRefusals } from "./answer.ts";
import type { ApiDeps } from "./deps.ts";

const planOutput = z
  .object({
    changes: z.array(
      z.object({
        noun: z.enum(plannedNouns),
        slug: z.string(),
        verb: z.enum(["add", "change", "revive", "archive"]),
        fields: z.array(z.object({ name: z.string(), from: z.unknown(), to: z.unknown() })),
      }),
    ),
    unchanged: z.int(),
    warnings: z
      .array(z.string())
      .optional()
      .openapi({ description: "What is doubtful about the contracts, in words." }),
    conflicts: z.array(
      z.object({
        noun: z.string(),
        slug: z.string(),
        rule: z.string().optional().openapi({
          description: "Why it may not change so; left out: it is the slug of something that people made.",
        }),
      }),
    ),
  })
  .openapi("PlatformPlan");

/** Adds the route. */
export function addPlatform(api: OpenAPIHono, deps: ApiDeps): void {
  const route = createRoute({
    method: "post",
    path: "/platform",
    tags: ["platform"],
    summary: "Bring the platform to what a file says",
    security: [{ token: [] }],
    middleware: [withScope("write:platform", deps)] as const,
    request: {
      query: z.strictObject({
        dry_run: z
          .enum(["true", "false"])
          .default("false")
          .openapi({ description: "true: only show the plan." }),
      }),
      body: jsonBody(
        z.strictObject({
          file: z
            .string()
            .max(200)
            .default("platform.yaml")
            .openapi({ description: "Its name, for messages." }),
          text: z.string().openapi({ description: "The YAML of a platform file." }),
          files: z.record(z.string().max(500), z.string()).default({}).openapi({
            description: "The files that it includes, by their paths from the folder it stands in.",
          }),
          brand_files: z.record(z.string().max(500), z.base64().max(1_400_000)).default({}).openapi({
            description: "The pictures and the style sheet that its brand names, by their paths, in base64.",
          }),
        }),
      ),
    },
    responses: { 200: jsonAnswer("What changed, or would.", planOutput), ...writeRefusals },
  });
  api.openapi(route, async (c) => {
    const { file, text, files, brand_files: brandFiles } = c.req.valid("json");
    const { capabilities, readSecret } = deps;
    const askers = await listAskers(deps.db);
    const readInclude = (path: string) => (Object.hasOwn(files, path) ? files[path]! : null);
    const readFile = (path: string) =>
      Object.hasOwn(brandFiles, path) ? Buffer.from(brandFiles[path]!, "base64") : null;
    const definition = parsePlatformFile(text, {
      ...{ file, capabilities, askers, readSecret, readInclude, readFile },
    });
    const plan: PlatformPlan =
      c.req.valid("query").dry_run === "true"
        ? await previewPlatform(deps.db, definition, deps.now())
        : await applyPlatform(deps.db, definition, deps.now(), "file", c.get("caller").author);
    return c.json(plan, 200);
  });
}
