/**
 * What callers send, as values of the domain: shapes checked by zod, faults told by their place. Rules of the domain are not repeated
 * here; this file only knows how things are written in JSON.
 */
import { z } from "@hono/zod-openapi";
import type { Hook } from "@hono/zod-openapi";
import type { Env } from "hono";
import { type Fault, InvalidInput } from "../domain/errors.ts";
import type { Instant } from "../domain/time/interval.ts";

/** An instant as ISO 8601 with its offset, to the ms; years 1970 to 9999. */
export const instantInput = z
  .string()
  .transform((text, context): Instant => {
    const at = parseInstant(text);
    if (at === null) {
      context.addIssue({
        code: "custom",
        message: "An instant is written like 2026-12-01T22:00:00Z, with its offset.",
      });
      return z.NEVER;
    }
    return at;
  })
  .openapi({ type: "string", format: "date-time", example: "2026-12-01T22:00:00.000Z" });

/** A billing cycle's label. */
export const monthInput = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])$/, "A month is written like 2026-12.")
  .openapi({ example: "2026-12" });

/** A slug, as services and checks have them. */
export const slugInput = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, "A slug has no control characters.")
  .openapi({ example: "beacon" });

/** A reference that people quote. */
export const referenceInput = z
  .string()
  .regex(/^[A-Z]{3}-\d{4}-\d{4,9}$/, "A reference is written like INC-2026-0001.");

/** Ms of an ISO 8601 date and time with offset; null when it is none, or names a day that does not exist. */
export function parseInstant(text: string): Instant | null {
  const parts =
    /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/.exec(
      text,
    );
  if (parts === null) {
    return null;
  }
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((part) => Number(part ?? 0));
  const ms = Number((parts[7] ?? "").padEnd(3, "0").slice(0, 3));
  const local = Date.UTC(year!, month! - 1, day!, hour!, minute!, second!, ms);
  const written = new Date(local);
  if (
    written.getUTCMonth() !== month! - 1 ||
    written.getUTCDate() !== day! ||
    written.getUTCHours() !== hour! ||
    minute! > 59 ||
    second! > 59
  ) {
    return null;
  }
  const offset = parts[8]!;
  const offsetMinutes =
    offset === "Z"
      ? 0
      : Number(`${offset[0]}1`) * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6)));
  const at = local - offsetMinutes * 60_000;
  return at < 0 ? null : at;
}

/** Refuses what does not have the shape, with every fault and its place. */
export const refuseMisshapen: Hook<unknown, Env, string, unknown> = (result) => {
  if (!result.success) {
    throw new InvalidInput(
      "invalid_request",
      "The request does not have the shape that is documented.",
      faultsOf(result.error.issues, result.target === "json" ? "/" : "?"),
    );
  }
};

/** The parts of zod's issues that are told. */
interface Issue {
  code?: string | undefined;
  path: PropertyKey[];
  message: string;
  keys?: string[];
  input?: unknown;
}

/** Issues of zod as faults with JSON pointers ("/services/0/impact"), or "?name" for what stands in the address. */
export function faultsOf(issues: readonly unknown[], root: "/" | "?"): Fault[] {
  return (issues as Issue[]).flatMap((issue): Fault[] => {
    if (issue.code === "unrecognized_keys") {
      return (issue.keys ?? []).map((key) => ({
        pointer: pointerTo([...issue.path, key], root),
        detail: "There is no such property here.",
      }));
    }
    return [{ pointer: pointerTo(issue.path, root), detail: sentence(issue) }];
  });
}

function sentence(issue: Issue): string {
  const isMissing = issue.code === "invalid_type" && issue.message.endsWith("received undefined");
  if (isMissing) {
    return "It is needed.";
  }
  return issue.message.endsWith(".") ? issue.message : `${issue.message}.`;
}

function pointerTo(path: readonly PropertyKey[], root: "/" | "?"): string {
  if (root === "?") {
    return `?${path.map(String).join(".")}`;
  }
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
