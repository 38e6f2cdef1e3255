/**
 * Where probes in other places deliver: the exact bytes of a batch, and in a header the signature over them. Who may deliver is
 * decided by that signature; a token plays no part.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import { headerNames } from "../../../probes/request.ts";
import { InvalidInput, Refusal } from "../../domain/errors.ts";
import { jsonAnswer, writeRefusals } from "./answer.ts";
import type { ApiDeps } from "./deps.ts";

/** The largest batch that is taken, in bytes. */
export const largestBatchBytes = 16 * 1024 * 1024;

const deliverRoute = createRoute({
  method: "post",
  path: "/batches",
  tags: ["probes"],
  summary: "Deliver a signed batch of samples",
  security: [{ batch: [] }],
  request: {
    headers: z.object({
      "Fournines-Signature": z.string().openapi({ description: "Ed25519 signature over the body, base64." }),
      "Fournines-Sent-At": z
        .string()
        .regex(/^\d{1,15}$/, "The probe's clock in whole ms since 1970.")
        .optional()
        .openapi({
          description: "The probe's own clock when it sent this, epoch ms: its skew is measured by it.",
        }),
    }),
    body: {
      required: true,
      content: {
        "application/octet-stream": { schema: { type: "string", format: "binary" } },
        "application/json": { schema: { type: "object" } },
      },
    },
  },
  responses: {
    200: jsonAnswer(
      "Stored, now or earlier.",
      z.object({
        acknowledged: z.int().openapi({ description: "The highest sequence of this probe that is stored." }),
        receivedAt: z.int().openapi({ description: "The server's clock when it came, epoch ms." }),
      }),
    ),
    ...writeRefusals,
  },
});

/** Adds the delivery of batches. */
export function addBatches(api: OpenAPIHono, deps: ApiDeps): void {
  api.openapi(deliverRoute, async (c) => {
    const receivedAt = deps.now();
    const headers = c.req.valid("header");
    const sentAt = headers["Fournines-Sent-At"];
    let probe: string | null = null;
    try {
      const signature = fromBase64(headers["Fournines-Signature"]);
      const bytes = new Uint8Array(await c.req.arrayBuffer());
      probe = probeNamedIn(bytes);
      const { acknowledged, isNew } = await deps.recordBatch({ bytes, signature }, receivedAt);
      // A batch that is stored already may come from anybody who has seen it: it says nothing of its probe and of its clock.
      if (probe !== null && isNew) {
        await deps.sawProbe(probe, receivedAt, sentAt === undefined ? null : Number(sentAt) - receivedAt);
      }
      return c.json({ acknowledged, receivedAt }, 200);
    } catch (error) {
      if (error instanceof Refusal) {
        deps.refusedProbe("batch", probe, error);
      }
      throw error;
    }
  });
}

/** Notes a batch that is too large, which is refused before anybody reads it. */
export function noteOversized(deps: ApiDeps): MiddlewareHandler {
  return async (c, next) => {
    await next();
    if (c.error instanceof HTTPException && c.error.status === 413) {
      deps.refusedProbe("batch", null, { code: "body_too_large", message: c.error.message });
    }
  };
}

/** Who delivers, by the first bytes of the batch, which are always written the same way; null: it is none. */
function probeNamedIn(bytes: Uint8Array): string | null {
  const start = new TextDecoder().decode(bytes.subarray(0, 1_000));
  const name = /^\{"version":\d+,"probe":("(?:[^"\\]|\\.)*")/.exec(start)?.[1];
  try {
    return name === undefined ? null : (JSON.parse(name) as string);
  } catch {
    return null;
  }
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  try {
    const signature = Uint8Array.fromBase64(text);
    if (signature.length === 64) {
      return signature;
    }
  } catch {
    // Told below, like a wrong length.
  }
  throw new InvalidInput(
    "signature_malformed",
    `The header ${headerNames.signature} is the base64 of 64 bytes.`,
  );
}
