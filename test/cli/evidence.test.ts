import { readdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { run } from "../../src/cli/main.ts";
import type { OpenDatabase } from "../../src/store/database.ts";
import { type TestApi, testApi } from "../support/api.ts";
import { openFreshDatabase } from "../support/databases.ts";
import { type EvidenceWorld, evidenceWorld, hour, minute, withFile } from "../support/evidence.ts";
import { serveApi } from "../support/terminal.ts";

const t0 = Date.UTC(2026, 10, 2, 6);
const now = t0 + 2 * hour;

describe("the command line of evidence", () => {
  let database: OpenDatabase;
  let world: EvidenceWorld;
  let api: TestApi;
  let server: Awaited<ReturnType<typeof serveApi>>;
  let folder: string;
  let token: string;

  beforeAll(async () => {
    database = await openFreshDatabase();
    world = await evidenceWorld(database.db, t0 - hour);
    const lisbon = await world.probe("lisbon");
    await lisbon.watch(t0, now, [{ from: t0 + hour, to: t0 + hour + minute, outcome: "fail" }]);
    api = await testApi(database.db, now, { board: () => world.board(now) });
    token = api.deps.controlToken;
    server = await serveApi(api);
    folder = await mkdtemp(join(tmpdir(), "fournines-cli-"));
  });
  afterAll(async () => {
    await server.close();
    await database.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function typed(...words: string[]): Promise<{ status: number; printed: string }> {
    const lines: string[] = [];
    const error = vi.spyOn(console, "error").mockImplementation((line: string) => void lines.push(line));
    const stderr = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
    const environment = { FOURNINES_URL: server.url, FOURNINES_TOKEN: token };
    try {
      const status = await run(words, { print: (line) => void lines.push(line), environment });
      return { status, printed: lines.join("\n") };
    } finally {
      error.mockRestore();
      stderr.mockRestore();
    }
  }

  const exported = (file: string) =>
    typed("evidence", "export", "--service", "beacon", "--from", "2026-11-01 00:00", "--out", file);

  it("exports to a file that verifies, with the outages and figures of the API", async () => {
    const file = join(folder, "beacon.jsonl.gz");
    expect(await exported(file)).toMatchObject({ status: 0 });
    const { status, printed } = await typed("verify", file);
    expect(status).toBe(0);
    expect(printed).toContain("Verified");
    expect(printed).toContain(
      "2026-11-02T07:00:00.000Z to 2026-11-02T07:01:00.000Z  web  45 s / 60 s / 75 s",
    );
    expect(printed).toContain("identical");
    const said = JSON.parse((await typed("verify", file, "--json")).printed) as {
      verified: boolean;
      outages: { start: string; observed_ms: number }[];
      months: { percent: string; down_ms: number; unknown_ms: number; coverage_percent: string }[];
    };
    const ask = async (path: string) =>
      (await (await api.request(`/api/v1/services/beacon/${path}`)).json()) as never;
    const outages: { outages: object[] } = await ask("outages");
    expect(said.outages[0]).toMatchObject({
      start: "2026-11-02T07:00:00.000Z",
      lower_ms: 45_000,
      upper_ms: 75_000,
    });
    expect(outages.outages[0]).toMatchObject({ ...said.outages[0], check: "web" });
    const months: { months: object[] } = await ask("months");
    const { percent, down_ms, unknown_ms, coverage_percent } = said.months[0]!;
    expect(months.months[0]).toMatchObject({ percent, down_ms, unknown_ms, coverage_percent });
  });

  it("says what is wrong and ends with 1; of what it cannot read at all, with 2", async () => {
    const file = join(folder, "touched.jsonl.gz");
    await exported(file);
    const text = gunzipSync(await readFile(file)).toString();
    await writeFile(file, text.replace('\\"outcome\\":\\"oo', '\\"outcome\\":\\"of'));
    const touched = await typed("verify", file);
    expect(touched.status).toBe(1);
    expect(touched.printed).toContain("NOT verified");
    expect(touched.printed).toContain("probe lisbon-1, batch 1");
    expect(await typed("verify", join(folder, "nowhere"))).toMatchObject({ status: 2 });
    expect((await typed("verify", folder)).status).toBe(2);
    expect((await typed("verify")).status).toBe(2);
    const other = await withFile(Buffer.from("hello\n"), (path) => typed("verify", path));
    expect(other).toMatchObject({ status: 2 });
    expect(other.printed).toContain("this is no evidence");
  });

  it("needs a token for an export, and leaves no file where there is none", async () => {
    const file = join(folder, "refused.jsonl.gz");
    const right = token;
    token = "fn_wrong";
    expect((await exported(file)).status).toBe(1);
    token = right;
    const unknown = await typed("evidence", "export", "--service", "lamp", "--from", "2026-11-01 00:00");
    expect(unknown).toMatchObject({ status: 1, printed: 'There is no service "lamp".' });
    const late = await typed("evidence", "export", "--service", "beacon", "--from", "2027-11-01 00:00");
    expect(late.status).toBe(1);
    expect((await readdir(folder)).filter((name) => name.includes("refused"))).toEqual([]);
  });

  it("streams a file that says what it is", async () => {
    const from = "2026-11-01T00:00:00Z";
    const answer = await api.request(`/api/v1/evidence/export?service=beacon&from=${from}`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    expect(answer.headers.get("Content-Type")).toBe("application/gzip");
    expect(answer.headers.get("Content-Disposition")).toContain(
      "evidence-beacon-2026-11-01-to-2026-11-02.jsonl.gz",
    );
    expect(
      gunzipSync(Buffer.from(await answer.arrayBuffer()))
        .toString()
        .split("\n")[0],
    ).toContain('"format":"fournines-evidence"');
    expect((await api.request(`/api/v1/evidence/export?service=beacon&from=${from}`)).status).toBe(401);
    expect((await api.request("/api/v1/evidence/export?service=beacon&from=yesterday")).status).not.toBe(200);
  });
});
