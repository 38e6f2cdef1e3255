/**
 * A month, end to end, on a real server: samples come in by the door that every probe uses, a contract is judged on them, an outage is
 * explained, the month is closed on the command line, its report arrives by mail from a real mail server, and the bundle is computed again
 * from the evidence in it, when the server is long gone.
 */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Observation } from "../probes/protocol.ts";
import { applyPlatform } from "../src/actions/apply-platform.ts";
import { run } from "../src/cli/main.ts";
import { readConfig } from "../src/config.ts";
import { parsePlatformFile } from "../src/platform-file/platform-file.ts";
import { type RunningServer, startServer } from "../src/server.ts";
import type { OpenDatabase } from "../src/store/database.ts";
import { openFreshDatabase } from "./support/databases.ts";
import { type MailReceiver, type ReceivedMail, startMailReceiver } from "./support/receivers.ts";
import { type } from "./support/terminal.ts";
import { probeIn, sample } from "./support/watched.ts";

const minute = 60_000;
const day = 24 * 60 * minute;
const at = (text: string) => Date.parse(text);
/** June 2026 in Copenhagen, and a day before it and three after it, for what is on its way. */
const from = at("2026-05-30T22:00:00Z");
const until = at("2026-07-03T22:00:00Z");
const now = at("2026-07-04T07:00:00Z");
const down = { start: at("2026-06-10T12:00:00Z"), end: at("2026-06-10T12:20:00Z") };

const platform = `
platform: { name: Acme Cloud, time_zone: Europe/Copenhagen }
locations: { lisbon: Lisbon, office: Office }
services:
  beacon:
    title: Beacon
    checks:
      web: { http: "http://127.0.0.1:9/", interval: 5m, locations: lisbon, confirm: { down: 2, up: 1 } }
customers:
  lighthouse: { name: Lighthouse A/S, language: da, recipients: [it@lighthouse.example] }
contracts:
  lighthouse-beacon:
    title: Lighthouse, Beacon
    customer: lighthouse
    starts: 2026-06-01
    covers: [beacon]
    target: 99.99
    fee: 4000.00 DKK
    credit: { mode: on_claim, claim: { days_after_cycle: 30 }, bands: [{ below: 99.99, percent: 10 }] }
`;

describe("a month", () => {
  let database: OpenDatabase;
  let mailbox: MailReceiver;
  let server: RunningServer;
  let mail: ReceivedMail;
  let isGone = false;
  const folder = mkdtempSync(join(tmpdir(), "fournines-month-"));
  const bundle = join(folder, "bundle.zip");

  beforeAll(async () => {
    database = await openFreshDatabase();
    mailbox = await startMailReceiver();
    const config = readConfig({
      ...{ DATA_DIR: folder, PORT: "0", LOG_LEVEL: "silent", FOURNINES_LOCATION: "office" },
      ...{ SMTP_URL: mailbox.url, MAIL_FROM: "reports@acme.example" },
    });
    const options = { file: "platform.yaml", capabilities: { icmp: false } };
    await applyPlatform(database.db, parsePlatformFile(platform, options), from);
    server = await startServer(config, database, pino({ level: "silent" }), () => now);
  }, 60_000);

  afterAll(async () => {
    await stop();
    await database.close();
    await mailbox.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const stop = async () => {
    if (!isGone) {
      isGone = true;
      await server.stop();
    }
  };
  const api = async (path: string, body?: object) =>
    fetch(`${server.url}/api/v1${path}`, {
      headers: { Authorization: `Bearer ${server.firstToken}`, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
    });
  const bytes = async (path: string) => Buffer.from(await (await api(path)).arrayBuffer());
  const environment = () => ({ FOURNINES_URL: server.url, FOURNINES_TOKEN: server.firstToken! });

  it("is observed: a batch a day, delivered as any probe delivers", async () => {
    const probe = await probeIn(database.db, "lisbon");
    for (let start = from; start < until; start += day) {
      const observations: Observation[] = [];
      for (let when = start; when < Math.min(start + day, until); when += 5 * minute) {
        const outcome = when >= down.start && when < down.end ? "fail" : "ok";
        observations.push(sample(1, when, outcome));
      }
      const { bytes: body, signature } = await probe.next(observations, Math.min(start + day, until));
      const headers = {
        "content-type": "application/octet-stream",
        "fournines-signature": signature.toBase64(),
      };
      const answer = await fetch(`${server.url}/api/v1/batches`, { method: "POST", headers, body });
      expect(answer.status, await answer.text()).toBeLessThan(300);
    }
    const { outages } = (await (await api("/services/beacon/outages")).json()) as { outages: object[] };
    expect(outages).toMatchObject([
      { start: "2026-06-10T12:00:00.000Z", end: "2026-06-10T12:20:00.000Z", observed_ms: 20 * minute },
    ]);
  });

  it("is closed on the command line, once what was down and not told is explained", async () => {
    expect(await type(environment(), "report", "close", "2026-06")).toContain("explain it");
    const explained = await api("/contracts/lighthouse-beacon/cycles/2026-06/explanations", {
      ...{ reason: "A switch failed; it was noticed too late.", differences: [{ service: "beacon" }] },
    });
    expect(explained.status).toBe(201);
    expect(await type(environment(), "report", "close", "2026-06")).toMatch(
      /lighthouse-beacon 2026-06 {2}revision 1 {2}99.953703 % breached/,
    );
  });

  it("arrives by mail: in words, and as the very document that the server gives", async () => {
    mail = await mailbox.received(0, 30_000);
    expect(mail.to).toEqual(["it@lighthouse.example"]);
    const plain = mail.text.replaceAll(/[\s\u00a0]+/g, " ");
    expect(plain).toContain(
      "Løftet blev brudt i juni 2026: oppetiden var 99,953 %, og mindst 99,99 % er lovet.",
    );
    expect(plain).toContain("Du kan gøre krav på 400,00 DKK som servicekredit til og med 30. juli 2026.");
    const documents = "/contracts/lighthouse-beacon/reports/2026-06/documents";
    const pdf = mail.parts.find(({ type: kind }) => kind === "application/pdf")!;
    expect(pdf.name).toBe("lighthouse-beacon-2026-06-r1.pdf");
    expect(pdf.content.equals(await bytes(`${documents}/report.pdf`))).toBe(true);
    const json = mail.parts.find(({ type: kind }) => kind === "application/json")!;
    expect(plain).toContain(createHash("sha256").update(json.content).digest("hex"));
    await expect
      .poll(async () => (await (await api("/mailings")).json()) as object)
      .toMatchObject({ mailings: [{ state: "sent", attempts: 1, recipient: "it@lighthouse.example" }] });
    writeFileSync(bundle, await bytes(`${documents}/bundle.zip`));
  });

  it("is computed again by whoever has the bundle, from the samples in it, when the server is gone", async () => {
    await stop();
    const lines: string[] = [];
    await run(["verify", bundle], { print: (line) => void lines.push(line), environment: {} });
    expect(lines.join("\n")).toMatch(/^Identical: /);
  });
});
