/** Contracts over the API: read, made, and given later versions. Nothing of them is public: every read takes a token too. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { anyEdition } from "../../actions/edition.ts";
import { archiveAgreement, putAgreed, type Putting, saidOf } from "../../actions/record-agreements.ts";
import { Conflict, NotFound } from "../../domain/errors.ts";
import { clausesInWords } from "../../domain/sla/promise/clause-words.ts";
import { localDate, nextStart } from "../../domain/sla/promise/contract-versions.ts";
import { plannedNouns, type PlatformPlan } from "../../domain/status/platform-plan.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import { readContract, withVersion, writtenShapes } from "../../platform-file/written.ts";
import { listRecordedVersions, readContracts, readWrittenContract } from "../../store/agreements.ts";
import { withScope } from "../authentication.ts";
import { createOnce } from "../idempotency.ts";
import { slugInput } from "../input.ts";
import {
  idempotencyHeader,
  instantOutput,
  jsonAnswer,
  jsonBody,
  versionedRefusals,
  writeRefusals,
} from "./answer.ts";
import { contractOutput, readAgreementContext, readSurroundings, toContractJson } from "./contract-answer.ts";
import type { ApiDeps } from "./deps.ts";
import { editionSeen, editionTag, ifMatchHeader } from "./version-seen.ts";
import { writtenInput } from "./written-input.ts";

const recordOutput = z
  .object({
    effective_at: instantOutput,
    revision: z.int().openapi({ description: "Of the records with one effective date the last counts." }),
    recorded_at: instantOutput,
    author: z.string(),
    reason: z.string(),
    withdrawn: z.boolean(),
    holiday_edition: z.string(),
    words: z.record(z.string(), z.string()).nullable(),
  })
  .openapi("ContractRecord");

const changeOutput = z
  .object({
    changes: z.array(
      z.object({
        noun: z.enum(plannedNouns),
        slug: z.string(),
        verb: z.enum(["add", "change", "revive", "archive"]),
        fields: z.array(z.object({ name: z.string(), from: z.unknown(), to: z.unknown() })),
      }),
    ),
    conflicts: z.array(z.string()).openapi({ description: "Why it would be refused; empty: it would not." }),
    contract: contractOutput
      .nullable()
      .openapi({ description: "As it stands now; null: there is none yet." }),
  })
  .openapi("ContractChange");

/** Adds the routes of contracts. */
export function addContracts(api: OpenAPIHono, deps: ApiDeps): void {
  const shared = { tags: ["contracts"], security: [{ token: [] as string[] }] };
  const reading = { ...shared, middleware: withScope("read:contracts", deps) };
  const writing = { ...shared, middleware: withScope("write:contracts", deps) };
  const params = z.object({ slug: slugInput });
  const dryRun = z.strictObject({
    dry_run: z
      .enum(["true", "false"])
      .default("false")
      .openapi({ description: "true: only say what would change, clause by clause." }),
  });

  api.openapi(
    createRoute({
      ...reading,
      method: "get",
      path: "/contracts",
      summary: "All contracts, by slug, with the doubts that stand on them",
      request: { query: z.strictObject({ customer: slugInput.optional() }) },
      responses: {
        200: jsonAnswer("The contracts.", z.object({ contracts: z.array(contractOutput) })),
        ...writeRefusals,
      },
    }),
    async (c) => {
      const { customer } = c.req.valid("query");
      const [surroundings, now] = [await readSurroundings(deps), deps.now()];
      const contracts = [...(await readContracts(deps.db))]
        .filter(([, { particulars }]) => customer === undefined || particulars.customer === customer)
        .map(([slug, contract]) => toContractJson(slug, contract, null, surroundings, now));
      return c.json({ contracts }, 200);
    },
  );

  api.openapi(
    createRoute({
      ...reading,
      method: "get",
      path: "/contracts/{slug}",
      summary: "One contract with its versions and warnings",
      request: { params },
      responses: { 200: jsonAnswer("The contract, with its ETag.", contractOutput), ...writeRefusals },
    }),
    async (c) => {
      const { json, tag } = await findContract(deps, c.req.valid("param").slug);
      return c.json(json, 200, tag);
    },
  );

  api.openapi(
    createRoute({
      ...reading,
      method: "get",
      path: "/contracts/{slug}/versions",
      summary: "Every version that was ever recorded, replaced and withdrawn ones too",
      request: { params },
      responses: {
        200: jsonAnswer("In order of recording.", z.object({ versions: z.array(recordOutput) })),
        ...writeRefusals,
      },
    }),
    async (c) => {
      const { slug } = c.req.valid("param");
      const records = await listRecordedVersions(deps.db, slug);
      if (records.length === 0) {
        throw notFound(slug);
      }
      const versions = records.map(({ clauses, ...record }) => ({
        effective_at: isoInstant(record.effectiveAt),
        revision: record.revision,
        recorded_at: isoInstant(record.recordedAt),
        author: record.author,
        reason: record.reason,
        withdrawn: clauses === null,
        holiday_edition: record.holidayEdition,
        words: clauses && clausesInWords(clauses),
      }));
      return c.json({ versions }, 200);
    },
  );

  api.openapi(
    createRoute({
      ...writing,
      method: "put",
      path: "/contracts/{slug}",
      summary: "Make a contract, or change what of it has not been in force yet",
      request: {
        params,
        query: dryRun,
        headers: ifMatchHeader,
        body: jsonBody(writtenInput("WrittenContract", writtenShapes.contract)),
      },
      responses: { 200: jsonAnswer("What changed, or would.", changeOutput), ...versionedRefusals },
    }),
    async (c) => {
      const { slug } = c.req.valid("param");
      const { author } = c.get("caller");
      const isDry = c.req.valid("query").dry_run === "true";
      const putting = { dryRun: isDry, edition: editionSeen(c) ?? anyEdition };
      const { body, tag } = await put(deps, slug, c.req.valid("json"), author, putting);
      return c.json(body, 200, tag);
    },
  );

  api.openapi(
    createRoute({
      ...writing,
      method: "post",
      path: "/contracts/{slug}/versions",
      summary: "Change a contract from the next cycle on, or from a day that is named",
      request: {
        params,
        query: dryRun,
        headers: idempotencyHeader,
        body: jsonBody(writtenInput("WrittenVersion", writtenShapes.version)),
      },
      responses: { 201: jsonAnswer("What changed, or would.", changeOutput), ...writeRefusals },
    }),
    async (c) => {
      const { slug } = c.req.valid("param");
      const { author } = c.get("caller");
      const isDry = c.req.valid("query").dry_run === "true";
      const response = await createOnce(c, deps.db, author, deps.now(), async (db) => {
        const version = c.req.valid("json");
        const { body } = await put(
          { ...deps, db },
          slug,
          await addVersion({ ...deps, db }, slug, version),
          author,
          { dryRun: isDry },
        );
        return { body, location: `/api/v1/contracts/${slug}` };
      });
      return response as never;
    },
  );

  api.openapi(
    createRoute({
      ...writing,
      method: "delete",
      path: "/contracts/{slug}",
      summary: "Archive a contract; its history stays",
      request: { params },
      responses: { 200: jsonAnswer("It is archived.", z.object({ archived: z.string() })), ...writeRefusals },
    }),
    async (c) => {
      const { slug } = c.req.valid("param");
      await archiveAgreement(deps.db, "contract", slug, c.get("caller").author, deps.now());
      return c.json({ archived: slug }, 200);
    },
  );
}

async function put(
  deps: ApiDeps,
  slug: string,
  written: Record<string, unknown>,
  author: string,
  putting: Putting,
) {
  const wanted = readContract(slug, written, await readAgreementContext(deps));
  const plan = await putAgreed(deps.db, { noun: "contract", wanted, written }, author, deps.now(), putting);
  const found = await lookUpContract(deps, slug);
  return {
    body: { changes: plan.changes, conflicts: conflictsIn(plan), contract: found?.json ?? null },
    tag: found?.tag ?? {},
  };
}

function conflictsIn({ conflicts }: PlatformPlan): string[] {
  return conflicts.map(({ rule, slug }) => rule ?? slug);
}

/** The contract as it was written, with the version: effective at the start of the next cycle where it does not say. */
async function addVersion(
  { db, now }: ApiDeps,
  slug: string,
  version: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const contract = (await readContracts(db, { slugs: [slug] })).get(slug);
  const last = contract?.versions.at(-1);
  if (contract === undefined || last === undefined) {
    throw notFound(slug);
  }
  const written = await readWrittenContract(db, slug);
  if (written === null) {
    throw new Conflict("made_by_file", `A platform file made the contract "${slug}": change it there.`);
  }
  const next = Math.max(nextStart(contract.versions, now()), nextStart([last], last.effectiveAt));
  return withVersion(slug, written, version, localDate(next, last.clauses.timeZone));
}

/** A contract with its ETag, of one reading: who changes what they saw changes nothing else. @throws NotFound contract_not_found */
async function findContract(deps: ApiDeps, slug: string) {
  const found = await lookUpContract(deps, slug);
  if (found === undefined) {
    throw notFound(slug);
  }
  return found;
}

async function lookUpContract(deps: ApiDeps, slug: string) {
  const contract = (await readContracts(deps.db, { slugs: [slug] })).get(slug);
  if (contract === undefined) {
    return undefined;
  }
  const written = await readWrittenContract(deps.db, slug);
  return {
    json: toContractJson(slug, contract, written, await readSurroundings(deps, contract), deps.now()),
    tag: await editionTag(saidOf(contract)),
  };
}

function notFound(slug: string): NotFound {
  return new NotFound("contract_not_found", `There is no contract "${slug}".`);
}
