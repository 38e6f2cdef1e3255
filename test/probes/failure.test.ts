/** Raw errors and the words they become. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ProbeFailure, failureOf, isProbesOwn, maxDetailLength, shorten } from "../../probes/failure.ts";
import { failureReasons } from "../../probes/protocol.ts";

const coded = (code: string, message = "as the system says") => Object.assign(new Error(message), { code });

describe("reasons", () => {
  it.each([
    ["ENOTFOUND", "name_not_found"],
    ["EAI_AGAIN", "name_lookup_failed"],
    ["ESERVFAIL", "name_lookup_failed"],
    ["ECONNREFUSED", "connection_refused"],
    ["ECONNRESET", "connection_reset"],
    ["UND_ERR_SOCKET", "connection_closed"],
    ["EHOSTUNREACH", "network_unreachable"],
    ["ETIMEDOUT", "timeout"],
    ["CERT_HAS_EXPIRED", "certificate_expired"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "certificate_untrusted"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "certificate_name_mismatch"],
    ["ERR_SSL_WRONG_VERSION_NUMBER", "tls_failed"],
    ["HPE_INVALID_CONSTANT", "protocol_error"],
    ["EMFILE", "probe_overloaded"],
  ])("%s is %s", (code, reason) => {
    expect(failureOf(coded(code)).reason).toBe(reason);
  });

  it("a cause counts, and one of several addresses that were tried", () => {
    expect(failureOf(new Error("fetch failed", { cause: coded("ECONNRESET") })).reason).toBe(
      "connection_reset",
    );
    const tried = new AggregateError([coded("ECONNREFUSED"), coded("ENETUNREACH")], "");
    expect(failureOf(tried).reason).toBe("connection_refused");
  });

  it("what a probe knows already is kept", () => {
    expect(failureOf(new ProbeFailure("bad_redirect", "to nowhere"))).toEqual({
      reason: "bad_redirect",
      detail: "to nowhere",
    });
  });

  it("even what cannot be turned into text is a failure with words", () => {
    expect(failureOf({ toString: 0 })).toEqual({
      reason: "probe_failed",
      detail: "something without words was thrown",
    });
  });

  it("anything unknown is a fault of the probe, not of the target", () => {
    fc.assert(
      fc.property(fc.anything(), (thrown) => {
        const { reason, detail } = failureOf(thrown);
        expect(failureReasons).toContain(reason);
        expect(detail.length).toBeLessThanOrEqual(maxDetailLength);
      }),
    );
    expect(isProbesOwn(failureOf(new TypeError("oops")).reason)).toBe(true);
    expect(isProbesOwn("timeout")).toBe(false);
  });
});

it("details are one line of well-formed text, at most 200 characters", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => {
      const line = shorten(text);
      expect(line.length).toBeLessThanOrEqual(maxDetailLength);
      expect(line.isWellFormed()).toBe(true);
      expect(line).not.toMatch(/[\n\r\u0000]/);
    }),
  );
});
