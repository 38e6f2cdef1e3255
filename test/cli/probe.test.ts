/** The registry of probes on the command line, first without a server and then beside a running one: the same words either way. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ListedProbe, probeInWords } from "../../src/cli/probe-list.ts";
import { joinRemotely, type RemoteProbe } from "../support/remote-probe.ts";
import { type Installation, install } from "../support/server-process.ts";
import { typeAt } from "../support/terminal.ts";

let installation: Installation;
beforeAll(async () => {
  installation = await install(
    'platform: { name: Acme }\nlocations: { lisbon: Lisbon, osaka: Osaka }\nservices:\n  beacon:\n    checks: { web: { tcp: "127.0.0.1:9" } }\n',
    "data folder",
  );
});
afterAll(() => installation.remove());

const type = (...words: string[]) => typeAt(installation.folder, ...words);

it("invites, lists and revokes, without a server and through the one that runs", async () => {
  await type("apply", join(installation.folder, "platform.yaml"));
  expect(await type("probe", "list")).toBe("There are no probes yet.");
  await expect(type("probe", "invite", "--location", "porto")).rejects.toMatchObject({
    code: "location_not_found",
    message: expect.stringContaining("lisbon, osaka") as string,
  });
  const early = JSON.parse(await type("probe", "invite", "--location", "osaka", "--json")) as {
    token: string;
  };

  const server = await installation.start({ FOURNINES_LOCATION: "lisbon" });
  try {
    const ask = (path: string, init?: RequestInit) => fetch(`${server.url}${path}`, init);
    const words = (await type("probe", "invite", "--location", "osaka")).split("\n");
    expect(words[0]).toMatch(/^fnp_[\w-]{43}$/);
    expect(words[1]).toMatch(
      /^Good for one probe in osaka, until \d{4}-\d\d-\d\d \d\d:\d\d UTC\. There, run:$/,
    );
    expect(words[2]).toBe(`  fournines probe run --server ${server.url} --token ${words[0]}`);
    const first: RemoteProbe = await joinRemotely(ask, early.token, Date.now);
    const second: RemoteProbe = await joinRemotely(ask, words[0]!, Date.now);
    expect((await first.poll()).status).toBe(200);
    expect((await first.deliver(await first.batch([]), Date.now() - 61_000)).status).toBe(200);
    const list = (await type("probe", "list")).split("\n");
    expect(list).toHaveLength(3);
    expect(list[0]).toMatch(/^lisbon +lisbon-\w{12} +server +seen \ds ago .* asking$/);
    const line = (id: string) => list.find((one) => one.includes(id))!;
    expect(line(first.id)).toMatch(/ node +seen \ds ago +clock 1m1s behind .*asking$/);
    expect(line(second.id)).toMatch(/never seen .* has joined, and was never heard of since$/);
    expect(await type("probe", "revoke", second.id, "--reason", "its machine was sold")).toBe(
      `${second.id} is heard no more. What it delivered stays valid.`,
    );
    await expect(type("probe", "revoke", "osaka-none", "--reason", "x")).rejects.toMatchObject({
      code: "probe_not_found",
    });
    expect((await second.poll()).status).toBe(403);
  } finally {
    await server.stop();
  }
  expect(await type("probe", "list")).toMatch(/revoked \d{4}-\d\d-\d\d: its machine was sold$/m);
});

describe("a probe in a line", () => {
  const now = Date.parse("2026-06-01T10:00:00Z");
  const probe: ListedProbe = {
    id: "osaka-1",
    location: "osaka",
    engine: "workers",
    condition: "asking",
    seen_at: "2026-06-01T09:59:56.000Z",
    skew_ms: -2_000,
    held: 0,
    refused: 0,
    network_lost_since: null,
    revoked_at: null,
    revoked_reason: null,
  };
  const words = (over: Partial<ListedProbe>) => probeInWords({ ...probe, ...over }, now).slice(3);

  it("says since when it was not seen, in the units of such a time", () => {
    const seen = (at: string) => words({ seen_at: at })[0];
    expect(seen("2026-06-01T09:59:56.000Z")).toBe("seen 4s ago");
    expect(seen("2026-06-01T09:01:10.000Z")).toBe("seen 58m ago");
    expect(seen("2026-05-29T09:01:10.000Z")).toBe("seen 3d ago");
    expect(words({ seen_at: null })[0]).toBe("never seen");
  });

  it("says how far its clock is off from 2 s on, and in which direction", () => {
    const clock = (skew_ms: number | null) => words({ skew_ms })[1];
    expect([clock(-2_000), clock(2_001), clock(-75_400), clock(null)]).toEqual([
      "clock right",
      "clock 2s ahead",
      "clock 1m15s behind",
      "clock not measured",
    ]);
  });

  it("says what it holds, and what it lost", () => {
    const holds = (held: number | null, refused: number | null) => words({ held, refused })[2];
    expect([holds(0, 0), holds(7, 0), holds(0, 3), holds(null, null)]).toEqual([
      "holds nothing",
      "holds 7",
      "holds 0, 3 lost",
      "–",
    ]);
  });

  it("says how it is doing", () => {
    expect(words({})[3]).toBe("asking");
    expect(words({ condition: "standing_by" })[3]).toBe("standing by: others ask everything");
    expect(words({ condition: "quiet" })[3]).toBe("quiet: does not poll");
    expect(words({ condition: "network_lost", network_lost_since: "2026-06-01T09:50:00.000Z" })[3]).toBe(
      "lost its own network 10m ago",
    );
    expect(
      words({ condition: "revoked", revoked_at: "2026-05-01T00:00:00.000Z", revoked_reason: "sold" })[3],
    ).toBe("revoked 2026-05-01: sold");
  });
});
