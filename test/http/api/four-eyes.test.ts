import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { createToken } from "../../../src/actions/create-token.ts";
import { whoStandsBehind } from "../../../src/actions/four-eyes.ts";
import type { Database } from "../../../src/store/database.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import { closablePlatform, forgetClosings, settled } from "../../support/closing.ts";
import { onPostgres } from "../../support/databases.ts";
import { comeIn } from "../../support/people.ts";

const time = {
  start: "2026-06-10T10:00:00.000Z",
  end: "2026-06-10T10:10:00.000Z",
  reason: "A broken switch.",
};
const drafts = {
  corrections: { ...time, service: "beacon", reads_as: "up" },
  exclusions: { ...time, kind: "force_majeure", services: "*" },
};
const nobody = { personId: null, expiresAt: null, author: null };
const mayPropose = ["read:reports", "write:corrections", "write:tokens"];

onPostgres("two pairs of eyes", (database) => {
  let db: Database;
  let api: TestApi;
  let ann: Awaited<ReturnType<typeof comeIn>>;
  let bo: Awaited<ReturnType<typeof comeIn>>;
  beforeEach(async () => {
    db = database();
    await forgetClosings(db);
    await db.execute(sql`truncate tokens, people, idempotency_keys restart identity cascade`);
    await closablePlatform(db);
    api = await testApi(db, settled);
    ann = await comeIn(api, "Ann", "admin");
    bo = await comeIn(api, "Bo", "admin");
  });

  const send = async (token: string, path: string, body: unknown) => {
    const answer = await api.request(`/api/v1/${path}`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const says = (await answer.json()) as Partial<Record<"token" | "reference" | "code" | "state", string>>;
    return { ...says, status: answer.status };
  };
  const ownToken = async ({ browser }: typeof ann, name: string) => {
    const made = await browser.post("/console/account/tokens", { name, scope: mayPropose, expires: "30" });
    return /fn_[\w-]{43}/.exec(await made.text())![0];
  };
  const madeWith = async (token: string, name: string) =>
    (await send(token, "tokens", { name, scopes: mayPropose })).token!;

  it.each(["corrections", "exclusions"] as const)(
    "are not those of one person with several tokens, nor with those that they made with them: %s",
    async (what) => {
      const own = [await ownToken(ann, "ann's phone"), await ownToken(ann, "ann's desk")] as const;
      const machine = await madeWith(own[0], "nightly");
      const hers = [...own, machine, await madeWith(machine, "nightly's own")];
      const his = await ownToken(bo, "bo's phone");
      for (const proposer of hers) {
        const proposed = await send(proposer, what, drafts[what]);
        expect(proposed.status).toBe(201);
        const steps = `${what}/${proposed.reference}/steps`;
        for (const approver of hers) {
          expect(await send(approver, steps, { step: "approved" })).toMatchObject({
            ...{ status: 403, code: "same_person" },
          });
        }
        expect(await send(his, steps, { step: "approved" })).toMatchObject({
          status: 201,
          state: "approved",
        });
      }
    },
  );

  it("are not those of one person in the console and with a token", async () => {
    const token = await ownToken(ann, "ann's phone");
    const page = await ann.browser.post("/console/proposals/new-correction", {
      ...{ once: "1", service: "beacon", state: "up", reason: "A broken switch.", evidence: "" },
      ...{ start: "2026-06-10T12:00", end: "2026-06-10T12:10" },
    });
    expect(page.headers.get("Location")).toBe("/console/proposals/COR-2026-0001");
    const steps = "corrections/COR-2026-0001/steps";
    expect(await send(token, steps, { step: "approved" })).toMatchObject({ code: "same_person" });
    const { reference } = await send(token, "corrections", drafts.corrections);
    const own = await ann.browser.post(`/console/proposals/${reference}/steps`, { step: "approved" });
    expect(own.status).toBe(403);
    const other = await bo.browser.post(`/console/proposals/${reference}/steps`, { step: "approved" });
    expect(other.status).toBe(303);
  });

  it("are not borrowed: nobody signs in with a machine's token that somebody else made", async () => {
    const hers = await ownToken(ann, "ann's phone");
    const his = await ownToken(bo, "bo's phone");
    await madeWith(his, "nightly");
    await createToken(db, "first", settled, { scopes: ["write:corrections"], ...nobody });
    for (const name of ["nightly", "first", "bo's phone"]) {
      const link = await send(hers, `tokens/${encodeURIComponent(name)}/sign-in-links`, {});
      expect([name, link.status, link.code]).toEqual([name, 403, "token_of_another"]);
    }
    expect(await send(his, "tokens/nightly/sign-in-links", {})).toMatchObject({ status: 201 });
    expect(await send("control-of-this-run", "tokens/first/sign-in-links", {})).toMatchObject({
      status: 201,
    });
  });

  it("are two where the command line made two tokens, and one where one token made the other", async () => {
    const byHand = { ...nobody, scopes: null, author: "command line" };
    for (const name of ["first", "second"]) {
      await createToken(db, name, settled, byHand);
    }
    await createToken(db, "third", settled, { ...byHand, author: "second" });
    expect(await Promise.all(["first", "second", "third"].map((name) => whoStandsBehind(db, name)))).toEqual([
      "first",
      "second",
      "second",
    ]);
  });
});
