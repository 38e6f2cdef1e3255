import { describe, expect, it } from "vitest";
import type { KnownAsker } from "../../src/platform-file/askers.ts";
import { describeMistakes } from "../../src/platform-file/mistakes.ts";
import { parsePlatformFile } from "../../src/platform-file/platform-file.ts";

const worker: KnownAsker = {
  location: "osaka",
  engine: "workers",
  kinds: ["http", "tcp", "tls", "dns", "websocket"],
};
const node: KnownAsker = { location: "osaka", engine: "node", kinds: ["http", "tcp", "icmp"] };
const server: KnownAsker = { location: "lisbon", engine: "server", kinds: ["http", "icmp", "check-in"] };

function told(check: string, askers: KnownAsker[], icmp = false): string[] {
  const text = [
    "platform: { name: Acme }",
    "locations: { osaka: Osaka, lisbon: Lisbon, porto: Porto }",
    "services:",
    "  beacon:",
    "    checks:",
    `      web: { ${check} }`,
  ].join("\n");
  try {
    parsePlatformFile(text, { file: "acme.yaml", capabilities: { icmp }, askers });
    return [];
  } catch (error) {
    return describeMistakes(error);
  }
}

describe("a check whose kind its location cannot ask", () => {
  it("is refused where it stands, with what runs there and what that can do", () => {
    expect(told("icmp: a.example, locations: osaka", [worker])).toEqual([
      'acme.yaml:6:14  services.beacon.checks.web.icmp: cannot be asked from "osaka": its probe runs on Cloudflare Workers and can ask "http", "tcp", "tls", "dns" or "websocket"',
    ]);
    expect(told("dns: a.example, locations: [osaka, lisbon]", [node, { ...node }, server])).toEqual([
      'acme.yaml:6:14  services.beacon.checks.web.dns: cannot be asked from "osaka": its probes run on Node and can ask "http", "tcp" or "icmp"',
      'acme.yaml:6:14  services.beacon.checks.web.dns: cannot be asked from "lisbon": its probe runs on a server and can ask "http", "icmp" or "check-in"',
    ]);
  });

  it("is taken where one of the location's probes can", () => {
    expect(told("icmp: a.example, locations: osaka", [worker, node])).toEqual([]);
  });

  it("is taken where no probe is known yet, or nothing of what it can do", () => {
    expect(told("dns: a.example, locations: porto", [worker, server])).toEqual([]);
    expect(told("dns: a.example, locations: osaka", [{ ...node, kinds: [] }])).toEqual([]);
  });

  it("is judged by this machine where no probe is known: ping must be there, and need not elsewhere", () => {
    expect(told("icmp: a.example, locations: porto", [])).toEqual([
      expect.stringContaining("this machine has no ping that may be used"),
    ]);
    expect(told("icmp: a.example, locations: porto", [], true)).toEqual([]);
    expect(told("icmp: a.example, locations: osaka", [node])).toEqual([]);
  });

  it("is refused where a probe there would have to ask something else than what is meant", () => {
    const why = 'acme.yaml:6:14  services.beacon.checks.web.tls: cannot be asked like this from "osaka": ';
    expect(told("tls: a.example, locations: osaka", [worker])).toEqual([
      `${why}a Worker does not see how many days a certificate has left (min_days and warn_days would have to be 0)`,
    ]);
    const handshake = "tls: { host: a.example, min_days: 0, warn_days: 0 }, locations: osaka";
    expect(told(handshake, [worker])).toEqual([]);
    expect(told("http: https://a.example, family: ipv6, locations: [osaka, lisbon]", [worker, node])).toEqual(
      [expect.stringContaining("cannot choose between IPv4 and IPv6")],
    );
    expect(told("tls: a.example, locations: osaka", [{ ...node, kinds: ["tls"] }])).toEqual([]);
  });

  it("a job's calls are heard by a server, so its location must have one", () => {
    const remote: KnownAsker = { ...node, kinds: [...node.kinds, "check-in"] };
    expect(told("check-in: 1h, locations: osaka", [remote, server])).toEqual([
      'acme.yaml:6:14  services.beacon.checks.web.check-in: cannot be asked from "osaka": jobs call a server, and none has its probe there',
    ]);
    expect(told("check-in: 1h, locations: lisbon", [remote, server])).toEqual([]);
  });
});
