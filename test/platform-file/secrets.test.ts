import { describe, expect, it } from "vitest";
import type { HttpTarget } from "../../probes/protocol.ts";
import { InvalidInput } from "../../src/domain/errors.ts";
import { hasOnlyWholeReferences, secretReferences, withSecrets } from "../../src/platform-file/secrets.ts";

const beacon: HttpTarget = {
  kind: "http",
  url: "https://beacon.example/",
  method: "POST",
  headers: { "X-Key": "key ${env:BEACON_KEY}", Accept: "text/plain" },
  body: '{"token":"${file:/run/secrets/token}"}',
  basicAuth: { username: "${env:BEACON_USER}", password: "${env:BEACON_KEY}" },
  bearerToken: "${env:BEACON_BEARER}",
  expectStatus: [{ from: 200, to: 299 }],
  expectHeaders: [],
  expectText: ["${env:BEACON_KEY}"],
  refuseText: [],
  expectJson: [],
  maxRedirects: 5,
  maxBodyBytes: 1024,
  verifyCertificate: true,
  keepConnection: false,
};

const values = new Map([
  ["env BEACON_KEY", "k$1"],
  ["env BEACON_USER", "ops"],
  ["env BEACON_BEARER", "b"],
  ["file /run/secrets/token", "t"],
]);

const read = ({ from, name }: { from: string; name: string }) => values.get(`${from} ${name}`);

describe("secret references", () => {
  it("are replaced by their values where secrets may stand, and nowhere else", () => {
    expect(withSecrets(beacon, read)).toEqual({
      ...beacon,
      headers: { "X-Key": "key k$1", Accept: "text/plain" },
      body: '{"token":"t"}',
      basicAuth: { username: "ops", password: "k$1" },
      bearerToken: "b",
    });
  });

  it("leave the definition itself as it was written", () => {
    withSecrets(beacon, read);
    expect(beacon.bearerToken).toBe("${env:BEACON_BEARER}");
  });

  it("are put into what is sent over WebSocket and TCP", () => {
    const socket = { kind: "websocket", url: "wss://beacon.example/", verifyCertificate: true } as const;
    expect(
      withSecrets({ ...socket, headers: { Cookie: "${env:BEACON_KEY}" }, send: "${env:BEACON_USER}" }, read),
    ).toEqual({ ...socket, headers: { Cookie: "k$1" }, send: "ops" });
    const tcp = { kind: "tcp", host: "beacon.example", port: 6379 } as const;
    expect(withSecrets({ ...tcp, send: "AUTH ${env:BEACON_KEY}\r\n" }, read)).toEqual({
      ...tcp,
      send: "AUTH k$1\r\n",
    });
    expect(withSecrets(tcp, read)).toEqual(tcp);
  });

  it("without a value are all named, their values are not", () => {
    const attempt = () =>
      withSecrets(beacon, (reference) => (reference.name === "BEACON_KEY" ? "hidden" : undefined));
    expect(attempt).toThrow(InvalidInput);
    expect(attempt).toThrow(
      "no value for ${file:/run/secrets/token}, ${env:BEACON_USER}, ${env:BEACON_BEARER}",
    );
    expect(attempt).not.toThrow(/hidden/);
  });

  it("are listed once each", () => {
    expect(secretReferences(beacon)).toEqual([
      { from: "env", name: "BEACON_KEY" },
      { from: "file", name: "/run/secrets/token" },
      { from: "env", name: "BEACON_USER" },
      { from: "env", name: "BEACON_BEARER" },
    ]);
    expect(secretReferences({ kind: "icmp", host: "beacon.example" })).toEqual([]);
  });

  it.each([
    ["Bearer ${env:TOKEN}", true],
    ["no reference", true],
    ["$5 and {braces}", true],
    ["${TOKEN}", false],
    ["${env:}", false],
    ["${env:TOKEN", false],
    ["${vault:TOKEN}", false],
  ])("are well formed in %j: %s", (text, whole) => {
    expect(hasOnlyWholeReferences(text)).toBe(whole);
  });
});
