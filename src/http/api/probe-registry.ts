/** Probes as people see them: invited, looked at, revoked. What probes themselves ask is in probes.ts. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { checkKinds, probeEngines } from "../../../probes/protocol.ts";
import { inviteProbe } from "../../actions/invite-probe.ts";
import { revokeProbe } from "../../actions/revoke-probe.ts";
import { NotFound } from "../../domain/errors.ts";
import { probeConditions, probeConditionOf } from "../../domain/monitoring/probe-condition.ts";
import type { Instant } from "../../domain/time/interval.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import { countHeldSlots } from "../../store/check-leases.ts";
import { listStandingProbes, type StandingProbe } from "../../store/probes.ts";
import { withScope } from "../authentication.ts";
import { slugInput } from "../input.ts";
import { durationOutput, instantOutput, jsonAnswer, jsonBody, writeRefusals } from "./answer.ts";
import type { ApiDeps } from "./deps.ts";

const probeOutput = z
  .object({
    id: z.string().openapi({ example: "osaka-0123456789ab" }),
    location: z.string(),
    engine: z.enum(probeEngines),
    kinds: z.array(z.enum(checkKinds)).openapi({ description: "Kinds of check it can ask." }),
    condition: z.enum(probeConditions),
    created_at: instantOutput,
    revoked_at: instantOutput.nullable(),
    revoked_reason: z.string().nullable(),
    seen_at: instantOutput.nullable().openapi({ description: "When it last polled or delivered." }),
    delivered_at: instantOutput.nullable().openapi({ description: "When its last batch came." }),
    sequence: z.int().openapi({ description: "Its last batch that is stored; 0: none." }),
    skew_ms: durationOutput
      .nullable()
      .openapi({ description: "Its clock minus the server's, as measured at its last delivery." }),
    network_lost_since: instantOutput.nullable(),
    held: z.int().nullable().openapi({ description: "Samples it holds that nobody has acknowledged." }),
    oldest_held_at: instantOutput.nullable(),
    refused: z.int().nullable().openapi({ description: "Samples it could not hold, since it started." }),
    share: z.int().openapi({ description: "Slots of the location's checks it holds, 32 a kind." }),
  })
  .openapi("Probe");

const idParams = z.object({ id: z.string().max(200).openapi({ example: "osaka-0123456789ab" }) });

/** Adds the routes for people. */
export function addProbeRegistry(api: OpenAPIHono, deps: ApiDeps): void {
  const tags = ["probes"];
  const security = [{ token: [] as string[] }];

  api.openapi(
    createRoute({
      method: "post",
      path: "/probe-invitations",
      tags,
      security,
      summary:
        "Invite a probe to a location; this answer is the only place where the invitation is ever shown",
      middleware: [withScope("write:probes", deps)] as const,
      request: { body: jsonBody(z.strictObject({ location: slugInput.openapi({ example: "osaka" }) })) },
      responses: {
        201: jsonAnswer(
          "The invitation: good for one probe, for a day.",
          z.object({ token: z.string(), location: z.string(), expires_at: instantOutput }),
        ),
        ...writeRefusals,
      },
    }),
    async (c) => {
      const { location } = c.req.valid("json");
      const made = await inviteProbe(deps.db, location, c.get("caller").author, deps.now());
      const answer = { token: made.token, location: made.location, expires_at: isoInstant(made.expiresAt) };
      return c.json(answer, 201, { "Cache-Control": "no-store" });
    },
  );

  api.openapi(
    createRoute({
      method: "get",
      path: "/probes",
      tags,
      security,
      summary: "The probes there are, revoked ones too",
      middleware: [withScope("read:probes", deps)] as const,
      responses: {
        200: jsonAnswer("By location, then by age.", z.object({ probes: z.array(probeOutput) })),
        ...writeRefusals,
      },
    }),
    async (c) => c.json({ probes: await outputs(deps) }, 200),
  );

  api.openapi(
    createRoute({
      method: "get",
      path: "/probes/{id}",
      tags,
      security,
      summary: "One probe",
      middleware: [withScope("read:probes", deps)] as const,
      request: { params: idParams },
      responses: { 200: jsonAnswer("The probe.", probeOutput), ...writeRefusals },
    }),
    async (c) => c.json(await outputOf(deps, c.req.valid("param").id), 200),
  );

  api.openapi(
    createRoute({
      method: "post",
      path: "/probes/{id}/revocation",
      tags,
      security,
      summary: "Hear a probe no more; what it delivered before stays valid",
      middleware: [withScope("write:probes", deps)] as const,
      request: {
        params: idParams,
        body: jsonBody(
          z.strictObject({
            reason: z.string().openapi({ description: "Why, on one line.", example: "sold" }),
          }),
        ),
      },
      responses: { 200: jsonAnswer("The probe.", probeOutput), ...writeRefusals },
    }),
    async (c) => {
      const { id } = c.req.valid("param");
      await revokeProbe(deps.db, id, c.req.valid("json").reason, c.get("caller").author, deps.now());
      return c.json(await outputOf(deps, id), 200);
    },
  );
}

type ProbeOutput = z.infer<typeof probeOutput>;

async function outputOf(deps: ApiDeps, id: string): Promise<ProbeOutput> {
  const [one] = await outputs(deps, id);
  if (one === undefined) {
    throw new NotFound("probe_not_found", `There is no probe ${id}.`);
  }
  return one;
}

async function outputs(deps: ApiDeps, id?: string): Promise<ProbeOutput[]> {
  const slots = await countHeldSlots(deps.db);
  const now = deps.now();
  return (await listStandingProbes(deps.db, id)).map((probe) =>
    toOutput(probe, slots.get(probe.id) ?? 0, now),
  );
}

function toOutput(probe: StandingProbe, share: number, now: Instant): ProbeOutput {
  const { state, delivered } = probe;
  return {
    id: probe.id,
    location: probe.location,
    engine: probe.engine,
    kinds: probe.kinds,
    condition: probeConditionOf({ ...probe, networkLostSince: state?.networkLostSince ?? null, share }, now),
    created_at: isoInstant(probe.createdAt),
    revoked_at: isoInstant(probe.revokedAt),
    revoked_reason: probe.revokedReason,
    seen_at: isoInstant(probe.seenAt),
    delivered_at: isoInstant(delivered?.at ?? null),
    sequence: delivered?.sequence ?? 0,
    skew_ms: probe.skewMs,
    network_lost_since: isoInstant(state?.networkLostSince ?? null),
    held: state?.held ?? null,
    oldest_held_at: isoInstant(state?.oldestHeldAt ?? null),
    refused: state?.refused ?? null,
    share,
  };
}
