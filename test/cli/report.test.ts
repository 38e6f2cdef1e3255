import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { OpenDatabase } from "../../src/store/database.ts";
import { type TestApi, testApi } from "../support/api.ts";
import { agree, closablePlatform, goDown, june, settled } from "../support/closing.ts";
import { openFreshDatabase } from "../support/databases.ts";
import { serveApi, type } from "../support/terminal.ts";

let open: OpenDatabase;
let api: TestApi;
let server: Awaited<ReturnType<typeof serveApi>>;
let report: (...words: string[]) => Promise<string>;
const folder = mkdtempSync(join(tmpdir(), "fournines-report-"));

beforeAll(async () => {
  open = await openFreshDatabase();
  const checks = await closablePlatform(open.db);
  await agree(open.db, "acme-gold", "target: 99.99\ncovers: [beacon, lamp]");
  await agree(open.db, "acme-silver", "target: 99.9\ncovers: [lamp]");
  const start = Date.parse("2026-06-10T10:00:00Z");
  await goDown(open.db, checks.get("beacon")!, start, start + 60_000);
  api = await testApi(open.db, settled);
  server = await serveApi(api);
  const environment = { FOURNINES_URL: server.url, FOURNINES_TOKEN: api.deps.controlToken };
  report = (...words) => type(environment, "report", ...words);
});

afterAll(async () => {
  await server.close();
  await open.close();
  rmSync(folder, { recursive: true, force: true });
});

it("tells what a cycle still needs", async () => {
  expect(await report("show", "acme-gold", june)).toBe(
    [
      "acme-gold 2026-06  closing",
      "  2026-06-01 00:00 to 2026-07-01 00:00",
      "  99.997685 % met, between 99.997685 and 99.997685 %",
      "  needs: beacon was down from 2026-06-10T10:00:00.000Z to 2026-06-10T10:01:00.000Z without an incident: explain it.",
    ].join("\n"),
  );
});

it("closes a month and tells how far it is, then lists and exports what was issued", async () => {
  const closed = await report("close", june);
  expect(closed).toMatch(/^Looking at 2 contracts\.\nacme-gold waits:\n  beacon was down/);
  expect(closed).toMatch(/2 contracts: 1 can be closed, 0 are closed, 1 wait\./);
  expect(closed).toMatch(/acme-silver 2026-06  revision 1  100.000000 % met {2}sha256 [0-9a-f]{12}/);
  expect(closed).toMatch(/Done: 1 issued, 0 were closed already, 1 wait, 0 refused\.$/);
  expect(await report("list", "--month", june)).toMatch(/^acme-silver 2026-06  revision 1/);
  const file = join(folder, "report.json");
  expect(await report("export", "acme-silver", june, "--out", file)).toBe(`${file} written`);
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ contract: { slug: "acme-silver" } });
});

it("exports the reports of a month in one file, named by what is in it", async () => {
  const file = join(folder, "reports.zip");
  await report("export", "--all", june, "--out", file);
  const names = Object.keys(unzipSync(readFileSync(file)));
  expect(names).toHaveLength(3);
  expect(names[1]).toMatch(/^acme-silver-2026-06-r1-[0-9a-f]{12}\.json$/);
  const table = ["--document", "summary.csv", "--customer", "acme", "--language", "nb", "--out", "-"];
  expect(await report("export", "--all", june, ...table)).toMatch(
    /Kunde;Kontrakt.+\r\nAcme;Acme silver;2026-06;/s,
  );
  const pdf = join(folder, "report.pdf");
  await report("export", "acme-silver", june, "--document", "report.pdf", "--language", "fr", "--out", pdf);
  expect(readFileSync(pdf, "latin1")).toMatch(/^%PDF-1\./);
});

it("refuses to export what was not issued, and words that do not fit together", async () => {
  for (const words of [
    ["--all", "acme-silver", june],
    [june],
    ["acme-silver", june, "--customer", "acme"],
    ["--all", june, "--revision", "1"],
    ["acme-silver", june, "--language", "da"],
  ]) {
    await expect(report("export", ...words)).rejects.toMatchObject({ code: "export_unclear" });
  }
  await expect(report("export", "--all", "2026-05")).rejects.toMatchObject({ code: "report_not_found" });
  await expect(report("export", "--all", june, "--customer", "nobody")).rejects.toMatchObject({
    code: "customer_not_found",
  });
  await expect(report("export", "--all", june, "--document", "a.doc")).rejects.toMatchObject({
    code: "invalid_request",
  });
});

it("tells why one contract cannot be closed", async () => {
  await expect(report("close", june, "--contract", "acme-gold")).rejects.toMatchObject({
    code: "cycle_not_ready",
  });
  await expect(report("close", june, "--contract", "acme-silver")).rejects.toMatchObject({
    code: "cycle_final",
  });
  await expect(report("export", "acme-gold", june)).rejects.toMatchObject({ code: "report_not_found" });
});
