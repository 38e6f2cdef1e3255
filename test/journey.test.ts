/**
 * The street end to end on a real process: a target goes up → down → up, and the outage stands on the page and in the API with
 * its bounds; what people say stands beside it; and all of it is there after a restart.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../src/cli/main.ts";
import { type Installation, install, type ServerProcess } from "./support/server-process.ts";
import { startTarget, type Target } from "./support/target.ts";

/** A time of day three days from now, as people type it. */
function inThreeDays(time: string): string {
  return `${new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10)} ${time}`;
}

interface OutageJson {
  start: string;
  end: string | null;
  lower_ms: number;
  observed_ms: number;
  upper_ms: number;
}

describe("the journey", () => {
  let target: Target;
  let installation: Installation;
  let server: ServerProcess;

  beforeAll(async () => {
    target = await startTarget();
    installation = await install(
      `
platform:
  name: Acme
  time_zone: Europe/Copenhagen
services:
  beacon:
    title: Beacon
    checks:
      web: { http: "${target.url}", interval: 2s, timeout: 1s }
`,
      "data folder",
    );
    server = await installation.start();
  });

  afterAll(async () => {
    await server.kill();
    await target.close();
    await installation.remove();
  });

  const page = async (path = "/") => (await fetch(`${server.url}${path}`)).text();
  const api = async <T>(path: string) => (await (await fetch(`${server.url}${path}`)).json()) as T;

  it("prints where the page is, what it watches, where data lies, and the first token once", () => {
    const output = server.output();
    expect(output).toContain(server.url);
    expect(output).toContain("1 services with 1 checks");
    expect(output).toContain(installation.folder);
    expect(output).toMatch(/token +fn_[\w-]{43}/);
  });

  it("shows the service as running once it was asked", async () => {
    await expect.poll(() => page(), { interval: 100 }).toContain("Beacon is running");
  });

  it("finds an outage on the page within 3 s of the first failed sample, and its end", async () => {
    target.answer(503);
    await expect.poll(() => page(), { interval: 50 }).toMatch(/Beacon is down/);
    const seenAt = Date.now();
    const firstFail = target.askings.find(({ status }) => status === 503)!.at;
    expect(seenAt - firstFail).toBeLessThan(3000);

    await expect.poll(() => target.askings.filter(({ status }) => status === 503).length).toBeGreaterThan(2);
    target.answer(200);
    await expect.poll(() => page(), { interval: 100 }).toContain("Beacon is running");
  });

  it("tells the outage with bounds that agree with the target's own record", async () => {
    const { outages } = await api<{ outages: OutageJson[] }>("/api/v1/services/beacon/outages");
    expect(outages).toHaveLength(1);
    const [outage] = outages as [OutageJson];
    const fails = target.askings.filter(({ status }) => status === 503);
    const firstFail = fails[0]!.at;
    const lastFail = fails.at(-1)!.at;
    const lastOkBefore = target.askings.findLast(({ at, status }) => status === 200 && at < firstFail)!.at;
    const firstOkAfter = target.askings.find(({ at, status }) => status === 200 && at > lastFail)!.at;
    // The probe's instant is when it began to ask, the target's when the asking arrived.
    const near = (ms: number) => [ms - 150, ms + 150] as const;
    const within = (value: number, [low, high]: readonly [number, number]) => {
      expect(value).toBeGreaterThan(low);
      expect(value).toBeLessThan(high);
    };
    within(Date.parse(outage.start), near(firstFail));
    within(Date.parse(outage.end!), near(firstOkAfter));
    within(outage.lower_ms, near(lastFail - firstFail));
    within(outage.observed_ms, near(firstOkAfter - firstFail));
    within(outage.upper_ms, near(firstOkAfter - lastOkBefore));
  });

  it("spends the month's budget by exactly the observed length, and says how little was observed", async () => {
    const { outages } = await api<{ outages: OutageJson[] }>("/api/v1/services/beacon/outages");
    const service = await api<{ month: Record<string, unknown> }>("/api/v1/services/beacon");
    expect(service.month).toMatchObject({ down_ms: outages[0]!.observed_ms, provisional: true });
  });

  it("lets ops declare an incident and plan maintenance from the command line, on the page at once", async () => {
    const lines: string[] = [];
    const terminal = {
      print: (line: string) => void lines.push(line),
      environment: { DATA_DIR: `${installation.folder}/data` },
    };
    const declared = await run(
      [
        "incident",
        "declare",
        "--title",
        "Beacon answered errors",
        "--message",
        "We are looking into it.",
        "--service",
        "beacon=partial_outage",
      ],
      terminal,
    );
    const planned = await run(
      [
        "maintenance",
        "plan",
        "--title",
        "New lamp",
        "--message",
        "The lamp is replaced.",
        "--service",
        "beacon",
        "--start",
        inThreeDays("22:00"),
        "--end",
        inThreeDays("22:30"),
      ],
      terminal,
    );
    expect([declared, planned], lines.join("\n")).toEqual([0, 0]);
    const html = await page();
    expect(html).toContain("Beacon answered errors");
    expect(html).toContain("New lamp");
  });

  it("takes over a changed platform file on SIGHUP, and nothing of one with a mistake", async () => {
    const changed = (title: string) => `
platform: { name: Acme, time_zone: Europe/Copenhagen }
services:
  beacon:
    title: ${title}
    checks:
      web: { http: "${target.url}", interval: 2s, timeout: 1s }
`;
    await installation.write(changed("Lighthouse"));
    process.kill(server.pid, "SIGHUP");
    await expect.poll(() => page()).toContain("Lighthouse");
    await installation.write(changed("Lamp").replace("checks:", "cheks:"));
    process.kill(server.pid, "SIGHUP");
    await expect.poll(() => server.output()).toMatch(/platform\.yaml:\d+:\d+.*cheks.*checks/);
    expect(await page()).toContain("Lighthouse");
    await installation.write(changed("Lighthouse"));
  });

  it("keeps a second process off its data folder, with a sentence", async () => {
    await expect(installation.start()).rejects.toThrow(/data folder .* is in use/);
  });

  it("stops within 5 s when told to, and knows everything after a restart", async () => {
    const before = await api<{ outages: OutageJson[] }>("/api/v1/services/beacon/outages");
    const { code, tookMs } = await server.stop();
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(5000);
    server = await installation.start();
    expect(server.output()).not.toMatch(/token +fn_/);
    const after = await api<{ outages: OutageJson[] }>("/api/v1/services/beacon/outages");
    expect(after.outages).toEqual(before.outages);
    expect(await page()).toContain("Beacon answered errors");
  });
});
