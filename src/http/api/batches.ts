/**
 * Where probes in other places deliver: the exact bytes of a batch, and in a header the signature over them. Who may deliver is
 * decided by that signature; a token plays no part.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { InvalidInput } from "../../domain/errors.ts";
import { jsonAnswer, writeRefusals } from "./answer.ts";
import type { ApiDeps } from "./deps.ts";

/** The largest batch that is taken, in bytes. */
export const largestBatchBytes = 16 * 1024 * 1024;

const deliverRoute = createRoute({
  method: "post",
  path: "/batches",
  tags: ["probes"],
  summary: "Deliver a signed batch of samples",
  request: {
    headers: z.object({
      "Fournines-Signature": z.string().openapi({ description: "Ed25519 signature over the body, base64." }),
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
      }),
    ),
    ...writeRefusals,
  },
});

/** Adds the delivery of batches. */
export function addBatches(api: OpenAPIHono, deps: ApiDeps): void {
  api.openapi(deliverRoute, async (c) => {
    const signature = fromBase64(c.req.valid("header")["Fournines-Signature"]);
    const bytes = new Uint8Array(await c.req.arrayBuffer());
    const { acknowledged } = await deps.recordBatch({ bytes, signature }, deps.now());
    return c.json({ acknowledged }, 200);
  });
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
  throw new InvalidInput("signature_malformed", "The header Fournines-Signature is the base64 of 64 bytes.");
}
