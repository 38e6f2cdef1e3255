/** What a probe asks is signed as a whole: nothing of it can be changed on the way, nor be used again later. */

import { describe, expect, it } from "vitest";
import { generateKeys } from "../../probes/batch.ts";
import { endorseKey, verifyEndorsement } from "../../probes/key-endorsement.ts";
import {
  isExpired,
  readRequestSignature,
  requestValidMs,
  signRequest,
  verifyRequest,
} from "../../probes/request.ts";

const keys = await generateKeys();
const others = await generateKeys();
const now = 1_780_000_000_000;
const request = {
  method: "PUT",
  path: "/api/v1/probes/osaka-1/state?x=1",
  body: new TextEncoder().encode("{}"),
};

const reading = (headers: Record<string, string>) =>
  readRequestSignature((name) => new Headers(headers).get(name));

describe("a signed request", () => {
  it("is accepted as it was signed, by the key that signed it", async () => {
    const signature = reading(await signRequest(request, "osaka-1", now, keys.privateKey))!;
    expect(signature).toMatchObject({ probe: "osaka-1", sentAt: now });
    expect(await verifyRequest(request, signature, keys.publicKey)).toBe(true);
    expect(await verifyRequest(request, signature, others.publicKey)).toBe(false);
  });

  it.each([
    ["another method", { ...request, method: "GET" }],
    ["another path", { ...request, path: "/api/v1/probes/lisbon-1/state?x=1" }],
    ["another query", { ...request, path: "/api/v1/probes/osaka-1/state" }],
    ["another body", { ...request, body: new TextEncoder().encode("{ }") }],
  ])("is not accepted with %s", async (_, other) => {
    const signature = reading(await signRequest(request, "osaka-1", now, keys.privateKey))!;
    expect(await verifyRequest(other, signature, keys.publicKey)).toBe(false);
    const later = { ...signature, sentAt: now + 1 };
    expect(await verifyRequest(request, later, keys.publicKey)).toBe(false);
  });

  it.each([
    [0, false],
    [requestValidMs, false],
    [-requestValidMs, false],
    [requestValidMs + 1, true],
    [-requestValidMs - 1, true],
  ])("sent %i ms off the server's clock, expired is %s", (off, expired) => {
    expect(isExpired(now + off, now)).toBe(expired);
  });

  it("is nothing when a header is missing or malformed", async () => {
    const headers = await signRequest(request, "osaka-1", now, keys.privateKey);
    for (const name of Object.keys(headers)) {
      expect(reading({ ...headers, [name]: "" })).toBeNull();
    }
    expect(reading({ ...headers, "Fournines-Signature": "AAAA" })).toBeNull();
    expect(reading({ ...headers, "Fournines-Signature": "?" })).toBeNull();
    expect(reading({ ...headers, "Fournines-Sent-At": "1e3" })).toBeNull();
  });
});

describe("the endorsement of a new key", () => {
  it("holds for exactly the change the old key vouched for", async () => {
    const next = { probe: "osaka-1", fromSequence: 7, publicKey: "AAAA" };
    const endorsement = await endorseKey(next, keys.privateKey);
    expect(await verifyEndorsement(next, endorsement, keys.publicKey)).toBe(true);
    expect(await verifyEndorsement(next, endorsement, others.publicKey)).toBe(false);
    expect(await verifyEndorsement({ ...next, fromSequence: 8 }, endorsement, keys.publicKey)).toBe(false);
    expect(await verifyEndorsement({ ...next, probe: "osaka-2" }, endorsement, keys.publicKey)).toBe(false);
    expect(await verifyEndorsement(next, "not a signature", keys.publicKey)).toBe(false);
  });
});
