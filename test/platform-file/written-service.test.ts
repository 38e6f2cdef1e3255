import { describe, expect, it } from "vitest";
import type { CheckDefinition } from "../../src/domain/monitoring/check-definition.ts";
import { mapSecretTexts } from "../../src/platform-file/secrets.ts";
import { tellCheck, tellService } from "../../src/platform-file/told-service.ts";
import { keptSecret, readService, type ServiceContext } from "../../src/platform-file/written-service.ts";
import { httpCheck } from "../support/watched.ts";
import { longhand, shorthand } from "./samples.ts";

const seal = (secret: string) => Buffer.from(secret).toString("base64url");

const context: ServiceContext = {
  surroundings: { capabilities: { icmp: true } },
  timeZone: "Asia/Tokyo",
  locations: ["lisbon", "osaka"],
  groups: ["core"],
  standing: new Map([["gateway", new Map([["web", undefined]])]]),
  seal,
};

const beacon = (check: object) => ({ title: "Beacon", checks: { web: check } });
const faultsOf = (body: unknown, over: Partial<ServiceContext> = {}) => {
  try {
    readService("beacon", body, { ...context, ...over });
    return [];
  } catch (error) {
    return (error as { fields: { pointer: string; detail: string }[] }).fields;
  }
};
const checkOf = (target: CheckDefinition["target"]): CheckDefinition => ({
  ...httpCheck,
  target,
  locations: target.kind === "check-in" ? ["lisbon"] : ["lisbon", "osaka"],
});

describe("a written service", () => {
  it.each([...shorthand, ...longhand])("is the same once it was told and read again: %s", (_, target) => {
    // References of files have no place here: plain texts stand in for them.
    const plain = mapSecretTexts(target, (text) => text.replaceAll(/\$\{(env|file):[^}]*\}/g, "plain"));
    const definition = {
      ...{ slug: "beacon", title: "Beacon", description: "The light.", group: "core" },
      checks: [{ slug: "web", ...checkOf(plain), parent: "gateway/web" }],
    };
    expect(readService("beacon", tellService(definition), context)).toEqual(definition);
  });

  it("takes the defaults of a file for what it leaves out", () => {
    const { checks } = readService("beacon", beacon({ http: "https://beacon.example/" }), context);
    expect(checks).toMatchObject([
      { intervalMs: 15_000, timeoutMs: 10_000, locations: ["lisbon", "osaka"], counts: true },
    ]);
  });

  it("says at its place what is wrong, and knows who may be depended on", () => {
    expect(faultsOf(beacon({ tcp: { host: "beacon.example", port: 0 }, parent: "gatewy" }))).toMatchObject([
      { pointer: "/checks/web/tcp/port" },
      { pointer: "/checks/web/parent", detail: expect.stringContaining("gateway") as string },
    ]);
    expect(faultsOf(beacon({ http: "https://beacon.example/", parent: "beacon/web" }))).toMatchObject([
      { pointer: "/checks/web/parent", detail: "is the check itself" },
    ]);
  });

  it("seals a typed secret, and tells it as kept", () => {
    const body = beacon({ http: { url: "https://beacon.example/", bearer_token: "${secret:hunter2}" } });
    const service = readService("beacon", body, context);
    expect(service.checks[0]!.target).toMatchObject({ bearerToken: `\${sealed:${seal("hunter2")}}` });
    expect(tellCheck(service.checks[0]!)).toMatchObject({ http: { bearer_token: keptSecret } });
    expect(JSON.stringify(tellService(service))).not.toContain(seal("hunter2"));
  });

  it("keeps a secret at the same address, and refuses to send it to another one", () => {
    const write = (url: string, token: string) => beacon({ http: { url, bearer_token: token } });
    const first = readService("beacon", write("https://beacon.example/", "${secret:a}"), context);
    const known = new Map(first.checks.map(({ slug, ...check }) => [slug, check as CheckDefinition]));
    const again = readService("beacon", write("https://beacon.example/health", keptSecret), {
      ...context,
      known,
    });
    expect(again.checks[0]!.target).toMatchObject({ bearerToken: `\${sealed:${seal("a")}}` });
    expect(faultsOf(write("https://elsewhere.example/", keptSecret), { known })).toMatchObject([
      { pointer: "/checks/web/http", detail: expect.stringContaining("another address") as string },
    ]);
    expect(faultsOf(write("https://beacon.example/", keptSecret))).toHaveLength(1);
  });

  it("refuses to read the server's environment and files, and a secret where it would be shown", () => {
    for (const reference of ["${env:SECRET_KEY}", "${file:/etc/passwd}"]) {
      expect(
        faultsOf(beacon({ http: { url: "https://beacon.example/", bearer_token: reference } })),
      ).toMatchObject([{ pointer: "/checks/web/http" }]);
    }
    expect(faultsOf(beacon({ http: "https://beacon.example/?key=${secret:a}" }))).toMatchObject([
      { pointer: "/checks/web/http" },
    ]);
  });
});
