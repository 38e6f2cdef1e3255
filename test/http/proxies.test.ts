import { type IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { clientOfRequest, countedAs, openProxies } from "../../src/http/proxies.ts";
import { parseNetwork } from "../../src/platform-file/networks.ts";

const asked = (remoteAddress: string, headers: Record<string, string> = {}) =>
  ({ socket: { remoteAddress }, headers }) as unknown as IncomingMessage;

describe("whoever asks", () => {
  const read = openProxies(["10.0.0.0/8", "::1"]);
  const forwarded = (next: string, way: string, more: Record<string, string> = {}) =>
    read(asked(next, { "x-forwarded-for": way, ...more })).address;

  it.each([
    ["is the other end, where no proxy is trusted", "203.0.113.9", "198.51.100.7", "203.0.113.9"],
    ["is whom a trusted proxy names", "10.1.2.3", "198.51.100.7", "198.51.100.7"],
    [
      "is the nearest that no trusted proxy has",
      "10.1.2.3",
      "6.6.6.6, 198.51.100.7, 10.9.9.9",
      "198.51.100.7",
    ],
    ["is the proxy, where it names nobody", "10.1.2.3", "", "10.1.2.3"],
    ["is the proxy, where it names nonsense", "10.1.2.3", "unknown", "10.1.2.3"],
    ["is known by IPv6, with brackets and port", "::1", "[2001:db8::7]:4711", "2001:db8::7"],
    ["is the same by IPv4 inside IPv6", "::ffff:10.1.2.3", "::ffff:198.51.100.7", "198.51.100.7"],
  ])("%s", (_, next, way, address) => {
    expect(forwarded(next, way)).toBe(address);
  });

  it("speaks TLS where a trusted proxy says so, and nowhere else", () => {
    const says = { "x-forwarded-proto": "https" };
    expect(read(asked("10.1.2.3", says)).isSecure).toBe(true);
    expect(read(asked("203.0.113.9", says)).isSecure).toBe(false);
    expect(read(asked("10.1.2.3", { "x-forwarded-proto": "https, http" })).isSecure).toBe(false);
  });

  it("is noted with the request", () => {
    const request = asked("10.1.2.3", { "x-forwarded-for": "198.51.100.7" });
    read(request);
    expect(clientOfRequest(request)?.address).toBe("198.51.100.7");
    expect(clientOfRequest(asked("10.1.2.3"))).toBeUndefined();
  });
});

describe("a network", () => {
  it.each([
    ["10.0.0.0/8", 8, "ipv4"],
    ["192.0.2.1", 32, "ipv4"],
    ["2001:db8::/32", 32, "ipv6"],
    ["::1", 128, "ipv6"],
  ])("%s is read", (text, bits, family) => {
    expect(parseNetwork(text)).toMatchObject({ bits, family });
  });

  it.each(["", "proxy.example", "10.0.0.0/33", "10.0.0/8", "::1/129", "10.0.0.0/8/8", "*"])(
    "%j is refused",
    (text) => {
      expect(() => parseNetwork(text)).toThrow("must be addresses or networks");
    },
  );
});

describe("whoever is counted", () => {
  it.each([
    ["198.51.100.7", "198.51.100.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:DB8:1:2::1", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["2001:db8:1:2:3:4:5::", "2001:db8:1:2::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["unknown", "unknown"],
  ])("from %s is counted as %s", (address, counted) => {
    expect(countedAs(address)).toBe(counted);
  });

  it("is as many as they have networks, not addresses", () => {
    const within = (prefix: string) => Array.from({ length: 50 }, (_, i) => countedAs(`${prefix}::${i + 1}`));
    expect(new Set(within("2001:db8:1:2")).size).toBe(1);
    expect(new Set([...within("2001:db8:1:2"), ...within("2001:db8:1:3")]).size).toBe(2);
  });
});
