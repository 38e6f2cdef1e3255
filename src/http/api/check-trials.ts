/** A check tried before it is kept, over the API: asked once, from this server, by the prober that would ask it later. Nothing of it is stored. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { failureReasons, outcomes } from "../../../probes/protocol.ts";
import { InvalidInput, NotFound } from "../../domain/errors.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import { writtenCheck } from "../../platform-file/written-service.ts";
import { findStandingService } from "../../store/platforms.ts";
import { withScope } from "../authentication.ts";
import { openTrials } from "../check-trial.ts";
import { slugInput } from "../input.ts";
import { instantOutput, jsonAnswer, jsonBody, writeRefusals } from "./answer.ts";
import type { ApiDeps } from "./deps.ts";
import { openServiceDesk } from "./service-desk.ts";
import { writtenInput } from "./written-input.ts";

const trialInput = z
  .strictObject({
    service: slugInput.optional().openapi({
      description: "Of which it is a check: secrets that are kept there, as `${sealed:kept}`, are used.",
    }),
    name: slugInput.default("trial").openapi({ description: "Slug of the check in its service." }),
    check: writtenInput("WrittenCheck", writtenCheck),
  })
  .openapi("CheckTrial");

const lengthOutput = z.number().optional().openapi({ description: "In ms." });

const trialOutput = z
  .object({
    at: instantOutput,
    outcome: z.enum(outcomes),
    reason: z.enum(failureReasons).nullable().openapi({ description: "Why it failed; null: it did not." }),
    detail: z.string().nullable().openapi({ description: "What was seen." }),
    timings: z.object({
      lookup: lengthOutput,
      connect: lengthOutput,
      tls: lengthOutput,
      first_byte: lengthOutput,
      total: lengthOutput,
    }),
  })
  .openapi("CheckTrialResult");

/** Adds the route. */
export function addCheckTrials(api: OpenAPIHono, deps: ApiDeps): void {
  const tryCheck = openTrials(deps);

  api.openapi(
    createRoute({
      tags: ["services"],
      security: [{ token: [] as string[] }],
      middleware: withScope("write:services", deps),
      method: "post",
      path: "/check-trials",
      summary: "Try a check, with its phases, before it is saved",
      description: "It is asked once, from the server, within 15 s. Jobs that call us cannot be tried.",
      request: { body: jsonBody(trialInput) },
      responses: { 200: jsonAnswer("What was seen.", trialOutput), ...writeRefusals },
    }),
    async (c) => {
      const { service, name, check } = c.req.valid("json");
      const wanted = await readCheck(deps, service, name, check);
      const { at, outcome, reason, detail, timings } = await tryCheck(c, c.get("caller").author, wanted);
      const { firstByte, ...others } = timings;
      const answer = {
        ...{ at: isoInstant(at), outcome, reason: reason ?? null, detail: detail ?? null },
        timings: { ...others, ...(firstByte === undefined ? {} : { first_byte: firstByte }) },
      };
      return c.json(answer, 200);
    },
  );
}

/**
 * The check as its service would have it.
 *
 * @throws NotFound service_not_found; InvalidInput bad_check, not_asked
 */
async function readCheck(deps: ApiDeps, service: string | undefined, name: string, check: object) {
  const standing = service === undefined ? undefined : await findStandingService(deps.db, service);
  if (service !== undefined && standing === undefined) {
    throw new NotFound("service_not_found", `There is no service "${service}".`);
  }
  const desk = await openServiceDesk(deps);
  // Alone, so that nothing but its own faults is told.
  const words = { checks: { [name]: check } };
  const wanted = placed(name, () => desk.read(service ?? "trial", words, standing)).checks[0]!;
  if (wanted.target.kind === "check-in") {
    const detail = "A job calls us and cannot be asked.";
    throw new InvalidInput("not_asked", detail, [{ pointer: "/check/check-in", detail }]);
  }
  return wanted;
}

/** Faults of the service that holds the check are told at the check. */
function placed<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InvalidInput)) {
      throw error;
    }
    const inside = `/checks/${name}`;
    const fields = error.fields.map(({ pointer, detail }) => ({
      ...{ pointer: pointer.startsWith(inside) ? `/check${pointer.slice(inside.length)}` : pointer, detail },
    }));
    throw new InvalidInput("bad_check", fields.map(({ detail }) => detail).join("; "), fields, {
      cause: error,
    });
  }
}
