import { eq, sql } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { exportPublicKey, generateKeys } from "../../../probes/batch.ts";
import type { AssignmentList, CheckKind } from "../../../probes/protocol.ts";
import { recordBatch } from "../../../src/actions/record-batch.ts";
import { Refusal } from "../../../src/domain/errors.ts";
import { openAssignments } from "../../../src/live/assignments.ts";
import { loadReadings } from "../../../src/live/live-readings.ts";
import { openRefusalLog, type RefusalLine } from "../../../src/live/refusal-log.ts";
import { openSightings } from "../../../src/live/sightings.ts";
import { withSecrets } from "../../../src/platform-file/secrets.ts";
import type { Database } from "../../../src/store/database.ts";
import { batches, probeInvitations, probeKeys, probes, samples } from "../../../src/store/tables/evidence.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import { onPostgres, openFreshDatabase } from "../../support/databases.ts";
import { joinRemotely, registerWith, type RemoteProbe, remoteProbe } from "../../support/remote-probe.ts";
import { httpCheck, sample, watch } from "../../support/watched.ts";

const now = Date.parse("2026-06-01T10:00:00Z");
const hourMs = 3_600_000;

onPostgres("probes over HTTP", (database) => {
  let db: Database;
  let api: TestApi;
  let check: number;
  let lines: RefusalLine[];
  const tell = (line: RefusalLine) => lines.push(line);

  beforeEach(async () => {
    db = database();
    await db.execute(
      sql`truncate batches, samples, readings, outages, checkpoints, rollups, probes, check_revisions, checks, services, locations, tokens restart identity cascade`,
    );
    check = await watch(
      db,
      "beacon",
      {
        locations: ["osaka"],
        target: { ...httpCheck.target, headers: { Authorization: "Bearer ${env:BEACON}" } } as never,
      },
      now - hourMs,
    );
    await watch(db, "lamp", { locations: ["lisbon"] }, now - hourMs);
    const live = await loadReadings(db, 0);
    const assignments = openAssignments({
      db,
      checks: () => live.checks.values(),
      withSecrets: (target) => withSecrets(target, () => "s3cret"),
    });
    const refusals = openRefusalLog(tell);
    lines = [];
    api = await testApi(db, now, {
      recordBatch: (batch, at) => recordBatch(db, live, batch, at),
      pollAssignments: assignments.poll,
      sawProbe: openSightings(db, (error) => {
        throw error;
      }).saw,
      refusedProbe: (what, probe, refusal) => refusals.note(what, probe, refusal, api.clock.now),
    });
  });

  const invite = async (location = "osaka") => {
    const answer = await api.send("POST", "/api/v1/probe-invitations", { location });
    expect(answer.status).toBe(201);
    return (await answer.json()) as { token: string; location: string; expires_at: string };
  };
  const join = async (kinds?: CheckKind[], engine?: "node" | "workers") =>
    joinRemotely(api.request, (await invite()).token, () => api.clock.now, kinds, engine);
  const newKey = async () => exportPublicKey((await generateKeys()).publicKey);
  const codeOf = async (answer: Response) => ((await answer.json()) as { code: string }).code;
  const register = (token: string, body: object) => registerWith(api.request, token, body);

  describe("an invitation", () => {
    it("is for a location there is, shown once, good for a day, and kept as a digest alone", async () => {
      const made = await invite();
      expect(made).toMatchObject({ location: "osaka", expires_at: "2026-06-02T10:00:00.000Z" });
      expect(made.token).toMatch(/^fnp_[\w-]{43}$/);
      const rows = await db.select().from(probeInvitations);
      expect(rows).toHaveLength(1);
      expect(JSON.stringify(rows)).not.toContain(made.token);
      const refused = await api.send("POST", "/api/v1/probe-invitations", { location: "porto" });
      expect(refused.status).toBe(404);
      expect(await refused.json()).toMatchObject({
        code: "location_not_found",
        errors: [{ pointer: "/location", detail: "the platform has lisbon, osaka" }],
      });
    });

    it("takes a token to make", async () => {
      const answer = await api.request("/api/v1/probe-invitations", { method: "POST", body: "{}" });
      expect(answer.status).toBe(401);
    });

    it("makes one probe known, named after its place and its key; the same key is answered the same again", async () => {
      const { token } = await invite();
      const body = { public_key: await newKey(), kinds: ["http"], engine: "node" };
      const first = await register(token, body);
      expect(first.status).toBe(201);
      const answer = (await first.json()) as { probe: string };
      const hex = Uint8Array.fromBase64(body.public_key).toHex();
      expect(answer).toEqual({ probe: `osaka-${hex.slice(0, 12)}`, location: "osaka", warnings: [] });
      api.clock.now += 48 * hourMs;
      expect(await (await register(token, body)).json()).toEqual(answer);
      expect(await db.select().from(probes)).toHaveLength(1);
      const other = await register(token, { ...body, public_key: await newKey() });
      expect(other.status).toBe(409);
      expect(await codeOf(other)).toBe("invitation_used");
    });

    it("that two probes use at once makes one of them known", async () => {
      const { token } = await invite();
      const answers = await Promise.all(
        [await newKey(), await newKey()].map((public_key) =>
          register(token, { public_key, kinds: ["http"], engine: "node" }),
        ),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
      expect(await db.select().from(probes)).toHaveLength(1);
    });

    it("is refused when it is missing, unknown or a day old, and a key when it is none or another probe's", async () => {
      const { token } = await invite();
      const body = { public_key: await newKey(), kinds: ["http"], engine: "node" };
      const missing = await api.request("/api/v1/probes", {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "Content-Type": "application/json" },
      });
      expect([missing.status, await codeOf(missing)]).toEqual([401, "invitation_missing"]);
      const unknown = await register(`fnp_${"a".repeat(43)}`, body);
      expect([unknown.status, await codeOf(unknown)]).toEqual([401, "invitation_unknown"]);
      const bad = await register(token, { ...body, public_key: "AAAA" });
      expect(bad.status).toBe(422);
      expect(await bad.json()).toMatchObject({
        code: "bad_public_key",
        errors: [{ pointer: "/public_key" }],
      });
      const { publicKey } = await join();
      const lisbon = await register((await invite("lisbon")).token, { ...body, public_key: publicKey });
      expect([lisbon.status, await codeOf(lisbon)]).toEqual([409, "key_taken"]);
      api.clock.now += 24 * hourMs;
      const late = await register(token, body);
      expect([late.status, await codeOf(late)]).toEqual([401, "invitation_expired"]);
    });

    it("what is sent with it must have its shape, and something it can ask", async () => {
      const { token } = await invite();
      const body = { public_key: await newKey(), kinds: ["http"], engine: "node" };
      for (const [wrong, pointer] of [
        [{ ...body, engine: "server" }, "/engine"],
        [{ ...body, kinds: [] }, "/kinds"],
        [{ ...body, kinds: ["gopher"] }, "/kinds"],
        [{ public_key: body.public_key, engine: "node" }, "/kinds"],
        [{ ...body, name: "mine" }, "/name"],
      ] as const) {
        const answer = await register(token, wrong);
        expect(answer.status).toBe(422);
        expect(await answer.json()).toMatchObject({ errors: [{ pointer }] });
      }
      // A newer probe may know more kinds than this server.
      expect((await register(token, { ...body, kinds: ["http", "quic"] })).status).toBe(201);
      expect((await db.select().from(probes))[0]).toMatchObject({ kinds: ["http"] });
    });

    it("that failed twenty times in a minute is not looked at for a while", async () => {
      const body = { public_key: await newKey(), kinds: ["http"], engine: "node" };
      for (let i = 0; i < 20; i++) {
        expect((await register(`fnp_${"b".repeat(43)}`, body)).status).toBe(401);
      }
      const { token } = await invite();
      const refused = await register(token, body);
      expect(refused.status).toBe(429);
      expect(refused.headers.get("Retry-After")).toBe("60");
      expect(await codeOf(refused)).toBe("too_many_attempts");
      api.clock.now += 60_001;
      expect((await register(token, body)).status).toBe(201);
    });

    it("used by a probe that cannot ask everything there is answered with what it cannot", async () => {
      await watch(db, "mail", { locations: ["osaka"], target: { kind: "icmp", host: "mail" } }, now - hourMs);
      await watch(db, "post", { locations: ["osaka"], target: { kind: "icmp", host: "post" } }, now - hourMs);
      const first = await join(["http", "icmp"]);
      const joined = async () => {
        const body = { public_key: await newKey(), kinds: ["http"], engine: "workers" };
        return (await (await register((await invite()).token, body)).json()) as { warnings: string[] };
      };
      expect((await joined()).warnings).toEqual([
        `This probe cannot ask 2 icmp checks of osaka: ${first.id} can.`,
      ]);
      await api.send("POST", `/api/v1/probes/${first.id}/revocation`, { reason: "sold" });
      expect((await joined()).warnings).toEqual([
        "This probe cannot ask 2 icmp checks of osaka: no probe there can.",
      ]);
    });
  });

  it("a check that no probe of its location can ask is refused at apply, with file, line and reason", async () => {
    await join(["http", "tcp"], "workers");
    const text = (kind: string) =>
      `platform: { name: Acme }\nlocations: { osaka: Osaka, lisbon: Lisbon }\nservices:\n  beacon:\n    checks:\n      web: { ${kind}, locations: osaka }\n`;
    const apply = (kind: string) =>
      api.send("POST", "/api/v1/platform?dry_run=true", { file: "acme.yaml", text: text(kind) });
    const refused = await apply("dns: beacon.example");
    expect(refused.status).toBe(422);
    expect(((await refused.json()) as { detail: string }).detail).toContain(
      'acme.yaml:6:14  services.beacon.checks.web.dns: cannot be asked from "osaka": its probe runs on Cloudflare Workers and can ask "http" or "tcp"',
    );
    expect((await apply("tcp: beacon.example:5432")).status).toBe(200);
  });

  describe("a poll", () => {
    it("is answered with what the location is asked, secrets put in, and kept by nobody on the way", async () => {
      const probe = await join();
      const answer = await probe.poll();
      expect(answer.status).toBe(200);
      expect(answer.headers.get("Cache-Control")).toBe("no-store");
      const list = (await answer.json()) as AssignmentList;
      expect(list).toMatchObject({ probe: probe.id, location: "osaka", pollAfterMs: 5_000, selfCheck: [] });
      expect(list.assignments.map((one) => one.check)).toEqual([check]);
      expect(list.assignments[0]).toMatchObject({
        key: "beacon/web",
        target: { headers: { Authorization: "Bearer s3cret" } },
      });
    });

    it("of one that has it already is answered 304, and renews all the same", async () => {
      const probe = await join();
      const etag = (await probe.poll()).headers.get("ETag");
      const expiry = async () => {
        const rows = await db.execute(sql`select max(expires_at)::text as at from check_leases`);
        return ((Array.isArray(rows) ? rows : (rows as { rows: unknown[] }).rows) as { at: string }[])[0]!.at;
      };
      const before = await expiry();
      await new Promise((resolve) => setTimeout(resolve, 5));
      for (const known of [etag, `W/${etag}`]) {
        const again = await probe.poll(known);
        expect(again.status).toBe(304);
        expect(again.headers.get("ETag")).toBe(etag);
        expect(await again.text()).toBe("");
      }
      expect(await expiry()).not.toBe(before);
      expect((await probe.poll('"something else"')).status).toBe(200);
    });

    it("shares the checks of a location: each of two is told to come soon, and nothing is told twice", async () => {
      for (let i = 0; i < 20; i++) {
        await watch(db, `service-${i}`, { locations: ["osaka"] }, now - hourMs);
      }
      const live = await loadReadings(db, 0);
      const { poll } = openAssignments({
        db,
        checks: () => live.checks.values(),
        withSecrets: (target) => target,
      });
      const two = await Promise.all([join(), join()]);
      const known = new Map<string, { etag: string; checks: number[]; pollAfterMs: number }>();
      const rows = await db.select().from(probes);
      for (let round = 0; round < 3; round++) {
        for (const { id } of two) {
          const row = { ...rows.find((one) => one.id === id)!, location: "osaka" };
          const { etag, list } = await poll(row, known.get(id)?.etag ?? null, now);
          if (list !== null) {
            const checks = list.assignments.map((one) => one.check);
            known.set(id, { etag, checks, pollAfterMs: list.pollAfterMs });
          }
        }
        if (round === 0) {
          expect(known.get(two[1].id)).toMatchObject({ checks: [], pollAfterMs: 1_000 });
        }
      }
      const told = [...known.values()].flatMap(({ checks }) => checks);
      expect(new Set(told).size).toBe(21);
      expect(told).toHaveLength(21);
      expect([...known.values()].every(({ pollAfterMs }) => pollAfterMs === 5_000)).toBe(true);
    });
  });

  describe("a request of a probe", () => {
    const faults: [string, number, string, (probe: RemoteProbe) => Promise<Response>][] = [
      [
        "that is not signed",
        401,
        "signature_missing",
        (probe) => api.request(`/api/v1/probes/${probe.id}/chain`),
      ],
      [
        "with a signature of no form",
        401,
        "signature_missing",
        (probe) =>
          probe.ask("GET", `/api/v1/probes/${probe.id}/chain`, undefined, { "Fournines-Signature": "abc" }),
      ],
      [
        "signed for another address",
        401,
        "wrong_signature",
        async (probe) => {
          const signed = await probe.ask("GET", `/api/v1/probes/${probe.id}/chain?x=1`, undefined, {
            "Fournines-Sent-At": String(now + 1),
          });
          return signed;
        },
      ],
      [
        "of a probe that is not known",
        401,
        "unknown_probe",
        (probe) => remoteProbe(api.request, { ...probe, id: "osaka-000000000000" }, () => now).poll(),
      ],
      [
        "with another's key",
        401,
        "wrong_signature",
        async (probe) => remoteProbe(api.request, { ...probe, keys: await generateKeys() }, () => now).poll(),
      ],
      [
        "about another probe",
        403,
        "other_probe",
        (probe) => probe.ask("GET", "/api/v1/probes/osaka-000000000000/assignments"),
      ],
      [
        "more than 5 min old",
        401,
        "request_expired",
        (probe) => remoteProbe(api.request, probe, () => now - 300_001).poll(),
      ],
      [
        "more than 5 min ahead",
        401,
        "request_expired",
        (probe) => remoteProbe(api.request, probe, () => now + 300_001).poll(),
      ],
      [
        "that says of itself what is no state",
        422,
        "invalid_request",
        (probe) => probe.ask("PUT", `/api/v1/probes/${probe.id}/state`, { kinds: ["http"], held: -1 }),
      ],
    ];
    it.each(faults)(
      "%s is refused with %i %s, told the time, and noted once",
      async (_, status, code, ask) => {
        const probe = await join();
        for (let i = 0; i < 3; i++) {
          const answer = await ask(probe);
          expect(answer.status).toBe(status);
          expect(answer.headers.get("Content-Type")).toBe("application/problem+json");
          expect(answer.headers.get("Fournines-Time")).toBe(String(now));
          expect(await codeOf(answer)).toBe(code);
        }
        expect(lines).toEqual([expect.objectContaining({ what: "request", code, times: 1 })]);
      },
    );

    it("is answered with the time whatever comes of it, and so is a delivery", async () => {
      const probe = await join();
      const answers = [
        await probe.poll(),
        await probe.ask("GET", `/api/v1/probes/${probe.id}/nothing`),
        await register("fnp_x", {}),
        await api.request("/api/v1/batches", { method: "POST", body: "x" }),
        await probe.deliver(await probe.batch([])),
      ];
      expect(answers.map((answer) => answer.headers.get("Fournines-Time"))).toEqual(
        answers.map(() => String(now)),
      );
    });
  });

  describe("what a probe says of itself", () => {
    const state = {
      kinds: ["http", "dns"],
      networkLostSince: null,
      held: 7,
      oldestHeldAt: now - 9_000,
      refused: 2,
      skewMs: -40,
    };

    it("is told to who may read it, with where its chain stands", async () => {
      const probe = await join();
      const say = await probe.ask("PUT", `/api/v1/probes/${probe.id}/state`, state);
      expect([say.status, await say.text()]).toEqual([204, ""]);
      await probe.poll();
      await probe.deliver(await probe.batch([sample(check, now - 1_000)]), now + 1_234);
      const answer = await api.send("GET", `/api/v1/probes/${probe.id}`, undefined);
      expect(await answer.json()).toEqual({
        id: probe.id,
        location: "osaka",
        engine: "node",
        kinds: ["http", "dns"],
        condition: "asking",
        created_at: "2026-06-01T10:00:00.000Z",
        revoked_at: null,
        revoked_reason: null,
        seen_at: "2026-06-01T10:00:00.000Z",
        delivered_at: "2026-06-01T10:00:00.000Z",
        sequence: 1,
        skew_ms: 1_234,
        network_lost_since: null,
        held: 7,
        oldest_held_at: "2026-06-01T09:59:51.000Z",
        refused: 2,
        share: 32,
      });
      expect((await api.request("/api/v1/probes")).status).toBe(401);
      expect((await api.send("GET", "/api/v1/probes/osaka-none", undefined)).status).toBe(404);
    });

    it("tells that its network is lost, and that it has been silent for more than a minute", async () => {
      const probe = await join();
      const condition = async () => {
        const list = await api.send("GET", "/api/v1/probes", undefined);
        return ((await list.json()) as { probes: { condition: string }[] }).probes.map(
          (one) => one.condition,
        );
      };
      expect(await condition()).toEqual(["never_heard"]);
      const lost = { ...state, networkLostSince: now - 1_000 };
      await probe.ask("PUT", `/api/v1/probes/${probe.id}/state`, lost);
      expect(await condition()).toEqual(["network_lost"]);
      api.clock.now += 60_001;
      expect(await condition()).toEqual(["quiet"]);
    });
  });

  describe("a clock", () => {
    const skew = async () => (await db.select().from(probes))[0]!.skewMs;

    it("is measured at every delivery, and noted anew when it has moved by 100 ms", async () => {
      const probe = await join();
      const deliver = async (sentAt: number) => {
        const answer = await probe.deliver(await probe.batch([]), sentAt);
        expect(await answer.json()).toMatchObject({ receivedAt: api.clock.now });
      };
      await deliver(now - 3_000);
      expect(await skew()).toBe(-3_000);
      await deliver(now - 2_901);
      expect(await skew()).toBe(-3_000);
      await deliver(now - 2_900);
      expect(await skew()).toBe(-2_900);
    });

    it("of a batch that is sent once more, by whomever, says nothing", async () => {
      const probe = await join();
      const batch = await probe.batch([]);
      await probe.deliver(batch, now - 3_000);
      expect((await probe.deliver(batch, now - 50_000)).status).toBe(200);
      expect(await skew()).toBe(-3_000);
    });

    it("of a delivery that was refused says nothing", async () => {
      const probe = await join();
      const { bytes } = await probe.batch([]);
      await probe.deliver({ bytes, signature: new Uint8Array(64).toBase64() }, now - 50_000);
      expect(await skew()).toBeNull();
    });
  });

  describe("another key", () => {
    it("signs from its batch on; the old one stands for what it signed, and both may ask until it has signed", async () => {
      const probe = await join();
      await probe.deliver(await probe.batch([sample(check, now - 5_000)]));
      const next = await generateKeys();
      expect((await probe.rotate(3, next)).status).toBe(204);
      expect((await probe.rotate(3, next)).status).toBe(204);
      expect((await probe.deliver(await probe.batch([sample(check, now - 4_000)]))).status).toBe(200);
      expect((await probe.poll()).status).toBe(200);
      const old = probe.keys;
      const byOld = await probe.batch([sample(check, now - 3_000)], { privateKey: old.privateKey });
      expect(await codeOf(await probe.deliver(byOld))).toBe("wrong_signature");
      probe.keys = next;
      expect((await probe.poll()).status).toBe(200);
      expect((await probe.deliver(await probe.batch([sample(check, now - 3_000)]))).status).toBe(200);
      probe.keys = old;
      expect(await codeOf(await probe.poll())).toBe("wrong_signature");
      const keys = await db.select().from(probeKeys).where(eq(probeKeys.probeId, probe.id));
      expect(keys.map((key) => [key.fromSequence, key.endorsement?.length]).sort()).toEqual([
        [1, undefined],
        [3, 64],
      ]);
    });

    it("that was announced and never used gives way to a third one", async () => {
      const probe = await join();
      await probe.deliver(await probe.batch([]));
      expect((await probe.rotate(2, await generateKeys())).status).toBe(204);
      const third = await generateKeys();
      expect((await probe.rotate(2, third)).status).toBe(204);
      probe.keys = third;
      expect((await probe.deliver(await probe.batch([]))).status).toBe(200);
    });

    it("cannot sign what is stored, and not without the word of the key in force", async () => {
      const probe = await join();
      await probe.deliver(await probe.batch([]));
      await probe.deliver(await probe.batch([]));
      const early = await probe.rotate(2, await generateKeys());
      expect(early.status).toBe(422);
      expect(await early.json()).toMatchObject({
        code: "sequence_taken",
        errors: [
          { pointer: "/from_sequence", detail: expect.stringContaining("must be 3 or later") as string },
        ],
      });
      const path = `/api/v1/probes/${probe.id}/key`;
      const body = { public_key: await newKey(), from_sequence: 3, endorsement: "AAAA" };
      expect(await codeOf(await probe.ask("PUT", path, body))).toBe("wrong_endorsement");
      expect(await codeOf(await probe.ask("PUT", path, { ...body, public_key: "?" }))).toBe("bad_public_key");
      const taken = (await join()).keys;
      expect(await codeOf(await probe.rotate(3, taken))).toBe("key_taken");
    });
  });

  describe("a revoked probe", () => {
    it("is heard no more, for the first reason given; what it delivered stays", async () => {
      const probe = await join();
      await probe.poll();
      await probe.deliver(await probe.batch([sample(check, now - 5_000)]));
      const revoke = (reason: string) =>
        api.send("POST", `/api/v1/probes/${probe.id}/revocation`, { reason });
      expect(await (await revoke("its machine was sold")).json()).toMatchObject({
        condition: "revoked",
        revoked_reason: "its machine was sold",
        share: 0,
      });
      api.clock.now += 1_000;
      expect(await (await revoke("again")).json()).toMatchObject({
        revoked_at: "2026-06-01T10:00:00.000Z",
        revoked_reason: "its machine was sold",
      });
      expect(await codeOf(await probe.poll())).toBe("revoked_probe");
      expect(await codeOf(await probe.deliver(await probe.batch([])))).toBe("revoked_probe");
      expect(await db.select().from(batches)).toHaveLength(1);
      expect(await db.select().from(samples)).toHaveLength(1);
    });

    it("is revoked for a reason, by who may, and must exist", async () => {
      const probe = await join();
      const path = `/api/v1/probes/${probe.id}/revocation`;
      for (const reason of ["", "  ", "a\nb", "x".repeat(501)]) {
        const answer = await api.send("POST", path, { reason });
        expect(answer.status).toBe(422);
        expect(await answer.json()).toMatchObject({ errors: [{ pointer: "/reason" }] });
      }
      expect((await api.request(path, { method: "POST" })).status).toBe(401);
      const nobody = await api.send("POST", "/api/v1/probes/osaka-none/revocation", { reason: "x" });
      expect(nobody.status).toBe(404);
    });
  });

  describe("a batch", () => {
    const faults: [string, number, string, (probe: RemoteProbe) => Promise<Response>][] = [
      [
        "with a wrong signature",
        401,
        "wrong_signature",
        async (probe) =>
          probe.deliver(await probe.batch([], { privateKey: (await generateKeys()).privateKey })),
      ],
      [
        "with a signature of no form",
        422,
        "signature_malformed",
        async (probe) => probe.deliver({ ...(await probe.batch([], { sequence: 1 })), signature: "AAAA" }),
      ],
      [
        "of a probe that is not known",
        401,
        "unknown_probe",
        async (probe) => probe.deliver(await probe.batch([], { probe: "osaka-000000000000" })),
      ],
      [
        "whose sequence jumps ahead",
        409,
        "sequence_gap",
        async (probe) => probe.deliver(await probe.batch([], { sequence: 9 })),
      ],
      [
        "that follows another one than the one before",
        409,
        "broken_chain",
        async (probe) => probe.deliver(await probe.batch([], { sequence: 2, previous: "a".repeat(64) })),
      ],
      [
        "whose sequence jumps back to another content",
        409,
        "forked_chain",
        async (probe) =>
          probe.deliver(
            await probe.batch([sample(check, now - 1)], { sequence: 1, previous: "0".repeat(64) }),
          ),
      ],
      [
        "from the future",
        422,
        "batch_from_the_future",
        async (probe) => probe.deliver(await probe.batch([], { sequence: 2, closedAt: now + 61_000 })),
      ],
      [
        "that cannot be decoded",
        422,
        "malformed_batch",
        (probe) =>
          probe.deliver({
            bytes: new TextEncoder().encode('{"version":1,"probe":"osaka-x","location":1}'),
            signature: new Uint8Array(64).toBase64(),
          }),
      ],
      [
        "of bytes that are nothing at all",
        422,
        "malformed_batch",
        (probe) =>
          probe.deliver({ bytes: Uint8Array.of(0xff, 0, 0x7b), signature: new Uint8Array(64).toBase64() }),
      ],
    ];
    it.each(faults)(
      "%s is refused with %i %s, noted once, and changes nothing",
      async (_, status, code, deliver) => {
        const probe = await join();
        await probe.deliver(await probe.batch([sample(check, now - 9_000)]));
        for (let i = 0; i < 3; i++) {
          const answer = await deliver(probe);
          expect(answer.status).toBe(status);
          const problem = (await answer.json()) as { code: string; detail: string };
          expect(problem.code).toBe(code);
          expect(problem.detail.length).toBeGreaterThan(10);
        }
        expect(lines).toEqual([expect.objectContaining({ what: "batch", code, times: 1 })]);
        expect(await db.select().from(batches)).toHaveLength(1);
        expect(await db.select().from(samples)).toHaveLength(1);
      },
    );

    it("of more than 16 MiB is not read", async () => {
      const probe = await join();
      const huge = new Uint8Array(16 * 1024 * 1024 + 1);
      const answer = await probe.deliver({ bytes: huge, signature: new Uint8Array(64).toBase64() });
      expect(answer.status).toBe(413);
      expect(answer.headers.get("Fournines-Time")).toBe(String(now));
      expect(lines).toEqual([expect.objectContaining({ what: "batch", code: "body_too_large" })]);
    });

    it("delivered again is acknowledged again, and counted once", async () => {
      const probe = await join();
      const batch = await probe.batch([sample(check, now - 9_000)]);
      for (let i = 0; i < 2; i++) {
        const answer = await probe.deliver(batch);
        expect(await answer.json()).toEqual({ acknowledged: 1, receivedAt: now });
      }
      expect(await db.select().from(samples)).toHaveLength(1);
      expect(lines).toEqual([]);
    });

    it("with samples of a check that is not known is kept as evidence, and derived from for the others", async () => {
      const probe = await join();
      const answer = await probe.deliver(
        await probe.batch([sample(check, now - 9_000), sample(99_999, now - 8_000, "fail")]),
      );
      expect(answer.status).toBe(200);
      expect((await db.select().from(batches))[0]).toMatchObject({ samples: 2 });
    });
  });
});

it("every route of probes is described", async () => {
  const open = await openFreshDatabase();
  try {
    const described = await (await testApi(open.db, now)).request("/api/v1/openapi.json");
    const { paths } = (await described.json()) as { paths: Record<string, object> };
    const named = Object.entries(paths).flatMap(([path, methods]) =>
      /probe|batches/.test(path) ? Object.keys(methods).map((method) => `${method} ${path}`) : [],
    );
    expect(named.sort()).toEqual([
      "get /api/v1/probes",
      "get /api/v1/probes/{id}",
      "get /api/v1/probes/{id}/assignments",
      "get /api/v1/probes/{id}/chain",
      "post /api/v1/batches",
      "post /api/v1/probe-invitations",
      "post /api/v1/probes",
      "post /api/v1/probes/{id}/revocation",
      "put /api/v1/probes/{id}/key",
      "put /api/v1/probes/{id}/state",
    ]);
  } finally {
    await open.close();
  }
});

it("what is refused over and over is told in the log again after five minutes, with how often it came", () => {
  const told: RefusalLine[] = [];
  const log = openRefusalLog((line) => told.push(line));
  class Refused extends Refusal {}
  const refusal = new Refused("wrong_signature", "the signature is not one of osaka-1");
  for (let at = 0; at <= 600_000; at += 10_000) {
    log.note("batch", "osaka-1", refusal, at);
  }
  expect(told.map(({ times }) => times)).toEqual([1, 30, 30]);
  log.note("batch", "osaka-2", refusal, 600_000);
  expect(told.at(-1)).toMatchObject({ probe: "osaka-2", times: 1, reason: refusal.message });
});
