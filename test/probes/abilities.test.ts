import { describe, expect, it } from "vitest";
import { kindsOfEngine, whyNot } from "../../probes/abilities.ts";
import type { AddressFamily, Target, TlsTarget } from "../../probes/protocol.ts";
import { httpTarget } from "./cases.ts";

const on = (target: Target, family: AddressFamily = "any") => whyNot("workers", target, family);

describe("what a probe on Workers can ask", () => {
  it("has no kind that needs packets or a door of its own", () => {
    expect(on({ kind: "icmp", host: "beacon.example" })).toMatch(/Workers cannot ask icmp/);
    expect(on({ kind: "check-in", periodMs: 1, graceMs: 1, lastCallAt: null })).toMatch(/check-in/);
    expect(kindsOfEngine.workers).toEqual(["http", "tcp", "tls", "dns", "websocket"]);
  });

  it("asks over HTTP, but accepts no untrusted certificate", () => {
    const secure = "https://beacon.example/";
    expect(on(httpTarget(secure))).toBeNull();
    expect(on(httpTarget(secure, { verifyCertificate: false }))).toMatch(/not trusted/);
    expect(on(httpTarget("http://beacon.example/", { verifyCertificate: false }))).toBeNull();
  });

  it("sends no request that fetch does not know", () => {
    const url = "https://beacon.example/";
    expect(on(httpTarget(url, { method: "trace" }))).toMatch(/TRACE/);
    expect(on(httpTarget(url, { method: "GET", body: "x" }))).toMatch(/body with GET/);
    expect(on(httpTarget(url, { method: "POST", body: "x" }))).toBeNull();
    expect(on(httpTarget(url, { headers: { HOST: "other.example" } }))).toMatch(/Host/);
  });

  it("does not choose a family of addresses for a name; an address has one", () => {
    expect(on(httpTarget("https://beacon.example/"), "ipv4")).toMatch(/beacon\.example/);
    expect(on(httpTarget("http://192.0.2.1/"), "ipv4")).toBeNull();
    expect(on(httpTarget("http://[2001:db8::1]/"), "ipv6")).toBeNull();
    expect(on({ kind: "tcp", host: "beacon.example", port: 80 }, "ipv6")).toMatch(/IPv6/);
    expect(on({ kind: "dns", name: "beacon.example", record: "A", expectAnswers: [] }, "ipv4")).toBeNull();
  });

  it("connects to every port but that of mail", () => {
    expect(on({ kind: "tcp", host: "beacon.example", port: 25 })).toMatch(/port 25/);
    expect(on({ kind: "tcp", host: "beacon.example", port: 26 })).toBeNull();
  });

  it("asks for a handshake, not for the days a certificate has left", () => {
    const target: TlsTarget = {
      kind: "tls",
      host: "beacon.example",
      port: 443,
      serverName: "beacon.example",
      minDays: 0,
      warnDays: 0,
      verifyChain: true,
    };
    expect(on(target)).toBeNull();
    expect(on({ ...target, minDays: 1, warnDays: 1 })).toMatch(/min_days/);
    expect(on({ ...target, warnDays: 1 })).toMatch(/warn_days/);
    expect(on({ ...target, verifyChain: false })).toMatch(/not trusted/);
    expect(on({ ...target, serverName: "other.example" })).toMatch(/server_name/);
  });
});

describe("what other probes can ask", () => {
  it("is everything on the server, and all but check-ins on Node", () => {
    const checkIn: Target = { kind: "check-in", periodMs: 1, graceMs: 1, lastCallAt: null };
    expect(whyNot("server", checkIn, "any")).toBeNull();
    expect(whyNot("node", checkIn, "any")).toMatch(/Node cannot ask check-in/);
    expect(whyNot("node", { kind: "icmp", host: "beacon.example" }, "ipv4")).toBeNull();
  });
});
