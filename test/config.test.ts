import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readConfig, readProbeConfig, readSecret } from "../src/config.ts";
import { InvalidInput } from "../src/domain/errors.ts";

const folder = mkdtempSync(join(tmpdir(), "fournines-config-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function faults(environment: Record<string, string>) {
  try {
    readConfig(environment);
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidInput);
    return (error as InvalidInput).fields;
  }
  return [];
}

describe("the configuration", () => {
  it("takes mail over SMTP for the addresses that are named, whose letters' ways back have room", () => {
    expect(faults({ INBOUND_SMTP_PORT: "25" }).map(({ pointer }) => pointer)).toEqual(["SUPPORT_EMAIL"]);
    expect(faults({ INBOUND_SMTP_PORT: "25", SUPPORT_EMAIL: "help@acme.example" })).toEqual([]);
    expect(readConfig({ INBOUND_SMTP_PORT: "25", BOUNCE_EMAIL: "bounces@acme.example" })).toMatchObject({
      ...{ bounceMail: "bounces@acme.example", inboundSmtpPort: 25 },
    });
    expect(faults({ BOUNCE_EMAIL: "nineteen-signs-here@acme.example" })).toHaveLength(1);
  });

  it("takes all that an identity provider needs, or says what is missing", () => {
    const given = {
      ...{ OIDC_ISSUER: "https://id.acme.example", OIDC_CLIENT_ID: "fournines", OIDC_CLIENT_SECRET: "s" },
    };
    expect(readConfig(given).identityProvider).toEqual({
      ...{ issuer: "https://id.acme.example", clientId: "fournines", clientSecret: "s" },
      name: "id.acme.example",
    });
    expect(() => readConfig({ ...given, OIDC_CLIENT_SECRET: "" })).toThrow(/OIDC_CLIENT_SECRET is needed/);
  });

  it("without any setting is a server on this machine alone, over the data folder", () => {
    expect(readConfig({})).toEqual({
      host: "127.0.0.1",
      port: 3000,
      baseUrl: null,
      trustedProxies: [],
      eventStreams: { perAddress: 200, inTotal: 20_000 },
      databaseUrl: null,
      dataDir: resolve("data"),
      platformFile: resolve("platform.yaml"),
      platformFileNamed: false,
      location: null,
      secretKey: null,
      logLevel: "info",
      evidenceKeptMs: 5 * 366 * 86_400_000,
      alerts: { mail: null, webhook: null },
      mail: null,
      checkInUrl: null,
      supportMail: null,
      bounceMail: null,
      inboundSmtpPort: null,
      otherHosts: [],
      internalSubscribers: false,
      pageCopies: { folder: null, worker: null, everyMs: 60_000 },
      identityProvider: null,
    });
  });

  it("believes the proxies that it names, and refuses what is none", () => {
    expect(readConfig({ TRUSTED_PROXIES: "10.0.0.0/8, ::1" }).trustedProxies).toEqual(["10.0.0.0/8", "::1"]);
    expect(faults({ TRUSTED_PROXIES: "10.0.0.0/8, proxy" })).toMatchObject([{ pointer: "TRUSTED_PROXIES" }]);
  });

  it("cannot be changed once read, and takes an empty variable for none", () => {
    expect(Object.isFrozen(readConfig({}))).toBe(true);
    expect(readConfig({ PORT: "", DATABASE_URL: "", FOURNINES_CONFIG: "", HOST: "" })).toEqual(
      readConfig({}),
    );
  });

  it.each([
    ["PORT", "0", { port: 0 }],
    ["PORT", "65535", { port: 65_535 }],
    ["BASE_URL", "https://status.acme.example/", { baseUrl: "https://status.acme.example" }],
    ["OTHER_HOSTS", "Origin.acme.example, 10.0.0.5", { otherHosts: ["origin.acme.example", "10.0.0.5"] }],
    ["DATABASE_URL", "postgres://a:b@db:5432/x", { databaseUrl: "postgres://a:b@db:5432/x" }],
    ["FOURNINES_LOCATION", "lisbon-2", { location: "lisbon-2" }],
    ["SECRET_KEY", "x".repeat(32), { secretKey: "x".repeat(32) }],
    ["EVIDENCE_RETENTION", "3d", { evidenceKeptMs: 3 * 86_400_000 }],
    ["SUBSCRIBER_WEBHOOKS", "internal", { internalSubscribers: true }],
    ["EVENT_STREAMS_PER_ADDRESS", "5", { eventStreams: { perAddress: 5, inTotal: 20_000 } }],
    ["EVENT_STREAMS", "0", { eventStreams: { perAddress: 200, inTotal: 0 } }],
    ["FOURNINES_CONFIG", "/etc/acme.yaml", { platformFile: "/etc/acme.yaml", platformFileNamed: true }],
  ])("takes %s=%s", (name, text, expected) => {
    expect(readConfig({ [name]: text })).toMatchObject(expected);
  });

  it.each([
    ["PORT", "65536"],
    ["PORT", "-1"],
    ["PORT", "3000.5"],
    ["PORT", "0x10"],
    ["HOST", "  "],
    ["BASE_URL", "status.acme.example"],
    ["OTHER_HOSTS", "https://origin.acme.example"],
    ["OTHER_HOSTS", "origin.acme.example:8080"],
    ["BASE_URL", "ftp://acme.example"],
    ["DATABASE_URL", "mysql://db/x"],
    ["DATABASE_URL", "not an address"],
    ["DATA_DIR", " "],
    ["FOURNINES_CONFIG", " "],
    ["FOURNINES_LOCATION", "Lisbon"],
    ["FOURNINES_LOCATION", "lisbon--2"],
    ["SECRET_KEY", "x".repeat(31)],
    ["LOG_LEVEL", "loud"],
    ["EVIDENCE_RETENTION", "2d"],
    ["EVIDENCE_RETENTION", "for ever"],
    ["SMTP_URL", "mail.acme.example"],
    ["SMTP_URL", "https://mail.acme.example"],
    ["MAIL_FROM", "Acme"],
    ["ALERT_WEBHOOK_URL", "hooks.acme.example"],
    ["ALERT_WEBHOOK_SECRET", "whsec_c2hvcnQ="],
    ["ALERT_WEBHOOK_SECRET", "x".repeat(40)],
    ["CHECK_IN_URL", "not an address"],
    ["SUBSCRIBER_WEBHOOKS", "all"],
    ["EVENT_STREAMS", "many"],
    ["EVENT_STREAMS_PER_ADDRESS", "-1"],
  ])("refuses %s=%j by its name, with the rule", (name, text) => {
    expect(faults({ [name]: text })).toEqual([
      { pointer: name, detail: expect.stringMatching(/^must |written|duration/i) as string },
    ]);
  });

  it("tells people by mail from the account that sends it, unless MAIL_FROM says who it is from", () => {
    const mail = { SMTP_URL: "smtp://fournines%40acme.example:x@mail", ALERT_EMAIL: "ops@acme.example, b@c" };
    const to = ["ops@acme.example", "b@c"];
    const smtpUrl = mail.SMTP_URL;
    expect(readConfig(mail).alerts.mail).toEqual({ smtpUrl, to, from: "fournines@acme.example" });
    expect(readConfig({ ...mail, MAIL_FROM: "page@acme.example" }).alerts.mail!.from).toBe(
      "page@acme.example",
    );
    expect(readConfig({ ...mail, SMTP_URL: "smtp://mail" }).alerts.mail!.from).toBe("ops@acme.example");
  });

  it("tells nobody by mail with a server alone, or by webhook with a secret alone", () => {
    const secret = `whsec_${Buffer.alloc(32).toString("base64")}`;
    expect(readConfig({ SMTP_URL: "smtp://mail", ALERT_WEBHOOK_SECRET: secret }).alerts).toEqual({
      mail: null,
      webhook: null,
    });
  });

  it("asks for what a way to alert takes besides", () => {
    expect(
      faults({ ALERT_EMAIL: "ops@acme.example", ALERT_WEBHOOK_URL: "http://hooks.acme.example" }),
    ).toEqual([
      { pointer: "SMTP_URL", detail: expect.stringMatching(/^must be set/) as string },
      { pointer: "ALERT_WEBHOOK_SECRET", detail: expect.stringMatching(/^must be set/) as string },
    ]);
    expect(faults({ ALERT_EMAIL: "ops", SMTP_URL: "x" }).map(({ pointer }) => pointer)).toEqual([
      "SMTP_URL",
      "ALERT_EMAIL",
    ]);
  });

  it("tells every bad variable at once, and never a secret", () => {
    const environment = {
      PORT: "x",
      LOG_LEVEL: "x",
      SECRET_KEY: "hunter2",
      DATABASE_URL: "x://me:hunter2@db",
    };
    expect(faults(environment).map(({ pointer }) => pointer)).toEqual([
      "PORT",
      "DATABASE_URL",
      "SECRET_KEY",
      "LOG_LEVEL",
    ]);
    expect(() => readConfig(environment)).toThrow(/^the environment is not right: PORT must/);
    expect(JSON.stringify(faults(environment))).not.toContain("hunter2");
  });

  it("takes a secret from the file that NAME_FILE names, before the variable, without its last line end", () => {
    const file = join(folder, "secret");
    writeFileSync(file, `${"k".repeat(40)}\n`);
    expect(readConfig({ SECRET_KEY_FILE: file, SECRET_KEY: "x".repeat(32) }).secretKey).toBe("k".repeat(40));
  });

  it("says which file cannot be read, and why", () => {
    const file = join(folder, "missing");
    expect(faults({ SECRET_KEY_FILE: file })).toEqual([
      { pointer: "SECRET_KEY_FILE", detail: `names ${file}, which cannot be read (ENOENT)` },
    ]);
    expect(faults({ DATABASE_URL_FILE: folder })[0]!.detail).toContain("EISDIR");
  });
});

describe("a probe process", () => {
  const probeFaults = (environment: Record<string, string>) => {
    try {
      readProbeConfig(environment);
    } catch (error) {
      return (error as InvalidInput).fields;
    }
    return [];
  };

  it("runs with defaults alone", () => {
    expect(readProbeConfig({})).toEqual({
      server: null,
      token: null,
      dir: resolve("probe-data"),
      alertAfterMs: 300_000,
      alerts: { mail: null, webhook: null },
      logLevel: "info",
    });
  });

  it("reads every variable, an invitation from a file", () => {
    const file = join(folder, "invitation");
    writeFileSync(file, "fnp_abc\n");
    const config = readProbeConfig({
      FOURNINES_SERVER: "https://status.example.com/",
      PROBE_TOKEN_FILE: file,
      PROBE_DIR: folder,
      PROBE_ALERT_AFTER: "90s",
    });
    expect(config).toMatchObject({
      server: "https://status.example.com",
      token: "fnp_abc",
      dir: folder,
      alertAfterMs: 90_000,
    });
  });

  it("tells every bad variable at once, and never the invitation", () => {
    const environment = { FOURNINES_SERVER: "x", PROBE_TOKEN: "fn_hunter2", PROBE_ALERT_AFTER: "500ms" };
    expect(probeFaults(environment).map(({ pointer }) => pointer)).toEqual([
      "FOURNINES_SERVER",
      "PROBE_TOKEN",
      "PROBE_ALERT_AFTER",
    ]);
    expect(JSON.stringify(probeFaults(environment))).not.toContain("hunter2");
  });
});

it("a secret of the platform file comes from a variable or a file, or there is none", () => {
  const file = join(folder, "token");
  writeFileSync(file, "s3cret\n");
  expect(readSecret({ from: "env", name: "TOKEN" }, { TOKEN: "s3cret" })).toBe("s3cret");
  expect(readSecret({ from: "env", name: "TOKEN" }, {})).toBeUndefined();
  expect(readSecret({ from: "file", name: file })).toBe("s3cret");
  expect(readSecret({ from: "file", name: join(folder, "nowhere") })).toBeUndefined();
});
