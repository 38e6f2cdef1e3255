/**
 * What probes ask of the server besides delivering: to join, what to ask, where their chain stands, to say how they are, to change their
 * key. Each request but the first is signed by its probe (probe-signature.ts).
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { type CheckKind, checkKinds } from "../../../probes/protocol.ts";
import { headerNames } from "../../../probes/request.ts";
import { listProbeWarnings } from "../../actions/list-probe-warnings.ts";
import { registerProbe } from "../../actions/register-probe.ts";
import { rotateProbeKey } from "../../actions/rotate-probe-key.ts";
import { InvalidInput, Refusal, Unauthenticated } from "../../domain/errors.ts";
import { findChainHead } from "../../store/batches.ts";
import { saveProbeState } from "../../store/probes.ts";
import { limitAttempts } from "../attempts.ts";
import { withProbe } from "../probe-signature.ts";
import { jsonAnswer, jsonBody, writeRefusals } from "./answer.ts";
import type { ApiDeps } from "./deps.ts";

/** Kinds as a probe names them; those that are not known here are left out, as a newer probe may have more. */
const kindsInput = z
  .array(z.string().max(40))
  .min(1)
  .max(100)
  .openapi({ type: "array", items: { type: "string", enum: [...checkKinds] } });

const keyInput = z.string().max(100).openapi({
  description: "Raw Ed25519 public key: 32 bytes, base64.",
  example: "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
});

const clockInput = z.int().min(0).max(8_640_000_000_000_000);

const stateInput = z
  .object({
    kinds: kindsInput,
    networkLostSince: clockInput.nullable(),
    held: z.int().min(0),
    oldestHeldAt: clockInput.nullable(),
    refused: z.int().min(0),
    skewMs: z.int().nullable(),
  })
  .openapi("ProbeState", {
    description: "What a probe says of itself; instants by its own clock, epoch ms.",
  });

const assignmentsOutput = z
  .object({
    version: z.int(),
    probe: z.string(),
    location: z.string(),
    pollAfterMs: z.int().openapi({ description: "Ask again after so long, or lose your share to others." }),
    selfCheck: z.array(z.looseObject({ kind: z.string() })).openapi({
      description:
        "Targets that nobody here owns: when all fail, it is the probe's own network that is lost.",
    }),
    assignments: z.array(z.looseObject({ check: z.int(), key: z.string(), intervalMs: z.int() })),
  })
  .openapi("AssignmentList", { description: "probes/protocol.ts has every field." });

const signatureHeaders = z.object({
  [headerNames.probe]: z.string().optional().openapi({ description: "The probe's id." }),
  [headerNames.sentAt]: z
    .string()
    .optional()
    .openapi({ description: "The server's time as the probe knows it, epoch ms." }),
  [headerNames.signature]: z.string().optional().openapi({ description: "Ed25519, base64." }),
});

const idParams = z.object({ id: z.string().max(200).openapi({ example: "osaka-0123456789ab" }) });

/** Adds the routes that probes use. */
export function addProbes(api: OpenAPIHono, deps: ApiDeps): void {
  const attempts = limitAttempts(20, 60_000);
  const signed = {
    tags: ["probes"],
    security: [{ signature: [] }],
    middleware: withProbe(deps),
  };

  api.openapi(
    createRoute({
      method: "post",
      path: "/probes",
      tags: ["probes"],
      summary: "Join as a probe, with an invitation as the token",
      security: [{ invitation: [] }],
      request: {
        body: jsonBody(
          z.strictObject({ public_key: keyInput, kinds: kindsInput, engine: z.enum(["node", "workers"]) }),
        ),
      },
      responses: {
        201: jsonAnswer(
          "It is known now, or was already by the same invitation.",
          z.object({
            probe: z.string(),
            location: z.string(),
            warnings: z.array(z.string()).openapi({
              description: "What the location is asked and this probe cannot ask, a sentence each.",
            }),
          }),
        ),
        ...writeRefusals,
      },
    }),
    async (c) => {
      const now = deps.now();
      attempts.mayTry(c, now);
      const { public_key, kinds, engine } = c.req.valid("json");
      try {
        const invitation = invitationIn(c);
        const publicKey = keyIn(public_key);
        const joined = await registerProbe(
          deps.db,
          invitation,
          { publicKey, kinds: knownKinds(kinds), engine },
          now,
        );
        return c.json({ ...joined, warnings: await listProbeWarnings(deps.db, joined.probe) }, 201);
      } catch (error) {
        if (error instanceof Refusal) {
          attempts.failed(c, now);
          deps.refusedProbe("registration", null, error);
        }
        throw error;
      }
    },
  );

  api.openapi(
    createRoute({
      ...signed,
      method: "get",
      path: "/probes/{id}/assignments",
      summary: "What this probe is to ask; asking keeps its share of the location's checks",
      request: {
        params: idParams,
        headers: signatureHeaders.extend({ "If-None-Match": z.string().max(1_000).optional() }),
      },
      responses: {
        200: jsonAnswer("The list, with an ETag.", assignmentsOutput),
        304: { description: "It is the one that If-None-Match names." },
        ...writeRefusals,
      },
    }),
    async (c) => {
      const known = /"[^"]*"/.exec(c.req.header("If-None-Match") ?? "")?.[0] ?? null;
      const { etag, list } = await deps.pollAssignments(c.get("probe"), known, deps.now());
      // It may hold secrets of checks: nobody on the way is to keep it.
      const headers = { ETag: etag, "Cache-Control": "no-store" };
      return list === null ? c.body(null, 304, headers) : c.json(list as never, 200, headers);
    },
  );

  api.openapi(
    createRoute({
      ...signed,
      method: "get",
      path: "/probes/{id}/chain",
      summary: "Where this probe's chain of batches ends",
      request: { params: idParams, headers: signatureHeaders },
      responses: {
        200: jsonAnswer(
          "The last batch that is stored; 0 and 64 zeros before the first.",
          z.object({ sequence: z.int(), previous: z.string() }),
        ),
        ...writeRefusals,
      },
    }),
    async (c) => {
      const { sequence, digest } = await findChainHead(deps.db, c.get("probe").id);
      return c.json({ sequence, previous: digest }, 200);
    },
  );

  api.openapi(
    createRoute({
      ...signed,
      method: "put",
      path: "/probes/{id}/state",
      summary: "Say how this probe is: on change, and every 30 s",
      request: { params: idParams, headers: signatureHeaders, body: jsonBody(stateInput) },
      responses: { 204: { description: "Noted." }, ...writeRefusals },
    }),
    async (c) => {
      const { id } = c.get("probe");
      const said = c.req.valid("json");
      await saveProbeState(deps.db, id, { ...said, kinds: knownKinds(said.kinds) });
      await deps.sawProbe(id, deps.now(), null);
      return c.body(null, 204);
    },
  );

  api.openapi(
    createRoute({
      ...signed,
      method: "put",
      path: "/probes/{id}/key",
      summary: "Change this probe's key; signed by the key it has",
      request: {
        params: idParams,
        headers: signatureHeaders,
        body: jsonBody(
          z.strictObject({
            public_key: keyInput,
            from_sequence: z.int().min(1).openapi({ description: "The first batch that the new key signs." }),
            endorsement: z.string().max(200).openapi({
              description:
                "Signature of the present key, base64, over: fournines key, the probe's id, from_sequence, public_key, a line each.",
            }),
          }),
        ),
      },
      responses: { 204: { description: "From that batch on, the new key signs." }, ...writeRefusals },
    }),
    async (c) => {
      const { public_key, from_sequence, endorsement } = c.req.valid("json");
      const next = { publicKey: keyIn(public_key), fromSequence: from_sequence, endorsement };
      await rotateProbeKey(deps.db, c.get("probe").id, next, deps.now());
      return c.body(null, 204);
    },
  );
}

function invitationIn(c: Context): string {
  const token = /^Bearer +([\x21-\x7e]{1,200}) *$/i.exec(c.req.header("Authorization") ?? "")?.[1];
  if (token === undefined) {
    throw new Unauthenticated(
      "invitation_missing",
      "To join takes an invitation: send Authorization: Bearer fnp_…, as fournines probe invite prints it.",
    );
  }
  return token;
}

function keyIn(text: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.fromBase64(text);
  } catch (cause) {
    const detail = "must be a raw Ed25519 public key, 32 bytes in base64";
    const fault = { pointer: "/public_key", detail };
    throw new InvalidInput("bad_public_key", `The public key ${detail}.`, [fault], { cause });
  }
}

function knownKinds(kinds: readonly string[]): CheckKind[] {
  const known = checkKinds.filter((kind) => kinds.includes(kind));
  if (known.length === 0) {
    const detail = `must name at least one of ${checkKinds.join(", ")}`;
    throw new InvalidInput("no_kinds", "A probe that can ask nothing is of no use.", [
      { pointer: "/kinds", detail },
    ]);
  }
  return known;
}
