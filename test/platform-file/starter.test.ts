import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { checkKinds } from "../../probes/protocol.ts";
import { starterPlatform } from "../../src/platform-file/starter.ts";
import { parse } from "./parsing.ts";

const own = { host: "127.0.0.1", port: 3100, databaseUrl: null, location: null };

/** What is asked, by `service/check`. */
function asked(addresses: typeof own | (Omit<typeof own, "databaseUrl"> & { databaseUrl: string })) {
  return Object.fromEntries(
    starterPlatform(addresses).services.flatMap((service) =>
      service.checks.map(({ slug, target }) => [
        `${service.slug}/${slug}`,
        target.kind === "http" ? target.url : target.kind === "tcp" ? `${target.host} ${target.port}` : "",
      ]),
    ),
  );
}

describe("the starter platform", () => {
  it("watches the parts of this server, where it listens", () => {
    expect(asked(own)).toEqual({
      "status-page/page": "http://127.0.0.1:3100/",
      "status-page/port": "127.0.0.1 3100",
      "probe/ready": "http://127.0.0.1:3100/readyz",
      "database/ready": "http://127.0.0.1:3100/readyz",
    });
  });

  it("watches the database's port where there is a server of it", () => {
    const at = (databaseUrl: string) => asked({ ...own, databaseUrl })["database/port"];
    expect(at("postgres://fournines:secret@db.acme.example:6543/fournines")).toBe("db.acme.example 6543");
    expect(at("postgres://db.acme.example/fournines")).toBe("db.acme.example 5432");
    expect(at("postgres://[::1]:5432/fournines")).toBe("::1 5432");
    expect(at("postgres:///fournines?host=/run/postgresql")).toBeUndefined();
  });

  it("also where the server itself listens on the database's usual port", () => {
    expect(asked({ ...own, port: 5432 })["status-page/port"]).toBe("127.0.0.1 5432");
  });

  it("reaches a server that listens everywhere on this machine", () => {
    expect(asked({ ...own, host: "0.0.0.0" })["status-page/page"]).toBe("http://127.0.0.1:3100/");
    expect(asked({ ...own, host: "::" })["status-page/page"]).toBe("http://[::1]:3100/");
    expect(asked({ ...own, host: "::" })["status-page/port"]).toBe("::1 3100");
  });

  it("asks from the location in which the probe stands, which is this machine", () => {
    const { locations, services } = starterPlatform({ ...own, location: "lisbon" });
    expect(locations).toEqual([{ slug: "lisbon", title: "This machine" }]);
    expect(services.flatMap(({ checks }) => checks.flatMap((check) => check.locations))).toEqual(
      Array(4).fill("lisbon"),
    );
  });

  it("judges the database and the probe by what the server says of each", () => {
    const database = starterPlatform(own).services.find(({ slug }) => slug === "database");
    expect(database?.checks[0]?.target).toMatchObject({
      expectStatus: [
        { from: 200, to: 200 },
        { from: 503, to: 503 },
      ],
      expectJson: [{ path: "$.parts[?@.part=='database'].trouble", equals: null }],
    });
  });

  it("promises nothing", () => {
    expect(starterPlatform(own).settings.commitment.targetPercent).toBeNull();
  });

  it("watches nothing where the port is not known beforehand", () => {
    expect(starterPlatform({ ...own, port: 0 }).services).toEqual([]);
  });
});

describe("the example", () => {
  const definition = parse(
    readFileSync(new URL("../../src/platform-file/example.yaml", import.meta.url), "utf8"),
  );

  it("is right, and shows every kind of check", () => {
    const kinds = definition.services.flatMap(({ checks }) => checks.map(({ target }) => target.kind));
    expect(checkKinds.filter((kind) => !kinds.includes(kind))).toEqual([]);
  });

  it("keeps secrets as references", () => {
    const signIn = definition.services[0]?.checks.find(({ slug }) => slug === "sign-in");
    expect(signIn?.target).toMatchObject({
      headers: { "X-Api-Key": "${env:BEACON_KEY}" },
      basicAuth: { username: "probe", password: "${file:/run/secrets/beacon}" },
    });
  });
});
