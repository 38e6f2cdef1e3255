/** Bodies that are read by the description of the platform file: its JSON Schema is their documentation, its reader their judge. */
import { z } from "@hono/zod-openapi";
import { toSchema } from "../../platform-file/schema.ts";
import type { Keys, SectionShape } from "../../platform-file/shapes.ts";

/** Any JSON object here; the reader says what is wrong in it. */
export function writtenInput(name: string, shape: SectionShape<Keys>) {
  return z
    .record(z.string(), z.unknown())
    .openapi(name, { ...toSchema(shape), additionalProperties: false } as Record<string, unknown>);
}

/** Keys in snake_case, as everything in the API has them. */
export function snakeKeys(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(snakeKeys);
  }
  return typeof value === "object" && value !== null
    ? Object.fromEntries(
        Object.entries(value).map(([key, inner]) => [
          key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
          snakeKeys(inner),
        ]),
      )
    : value;
}
