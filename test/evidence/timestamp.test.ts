import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkTimestamp, timestampRequest, tokenIn } from "../../src/evidence/timestamp.ts";
import { requestTimestamp } from "../../src/notify/timestamp-authority.ts";
import {
  hasOpenssl,
  startTimestampAuthority,
  type TimestampAuthority,
} from "../support/timestamp-authority.ts";

const root = "ab".repeat(32);
const engines: TimestampAuthority["engine"][] = hasOpenssl ? ["openssl", "library"] : ["library"];

describe.each(engines)("a time-stamp of a root (%s)", (engine) => {
  let authority: TimestampAuthority;
  let other: TimestampAuthority;
  let token: string;
  beforeAll(async () => {
    authority = await startTimestampAuthority(engine);
    other = await startTimestampAuthority(engine);
    token = (await requestTimestamp(authority.url, root)).toBase64();
  });
  afterAll(() => Promise.all([authority.close(), other.close()]));

  it("says when the root stood and who says so", async () => {
    const check = await checkTimestamp(token, root, null);
    expect(check).toMatchObject({
      signer: expect.stringContaining("Acme Time") as string,
      trusted: null,
      wrong: null,
    });
    expect(Math.abs(check.at! - Date.now())).toBeLessThan(120_000);
  });

  it("is trusted only where it leads to an authority that was given", async () => {
    expect(await checkTimestamp(token, root, authority.ca)).toMatchObject({ trusted: true, wrong: null });
    expect(await checkTimestamp(token, root, `${other.ca}\n${authority.ca}`)).toMatchObject({
      trusted: true,
    });
    for (const strangers of [other.ca, "", "no certificate"]) {
      const check = await checkTimestamp(token, root, strangers);
      expect(check).toMatchObject({
        trusted: false,
        wrong: expect.stringContaining("does not lead") as string,
      });
    }
  });

  it("is of this root and no other, and of nothing when a byte of it is another", async () => {
    expect((await checkTimestamp(token, "cd".repeat(32), null)).wrong).toBe("it is of something else");
    const honest = await checkTimestamp(token, root, authority.ca);
    const bytes = Uint8Array.fromBase64(token);
    let noticed = 0;
    for (let place = 0; place < bytes.length; place += 23) {
      const touched = Uint8Array.from(bytes);
      touched[place] = touched[place]! ^ 1;
      const check = await checkTimestamp(touched.toBase64(), root, authority.ca);
      noticed += check.wrong === null ? 0 : 1;
      if (check.wrong === null) {
        // A byte that nobody signs, like that of another certificate in it: it says what it said.
        expect(check).toEqual(honest);
      }
    }
    expect(noticed).toBeGreaterThan(10);
    for (const nothing of ["", "AAAA", Buffer.from("hello").toString("base64")]) {
      expect((await checkTimestamp(nothing, root, null)).wrong).toBe("it is not a time-stamp token");
    }
  });

  it("is not taken from an answer that is none, is of another request, or of another root", async () => {
    const nonce = crypto.getRandomValues(new Uint8Array(16));
    const answer = Uint8Array.from(authority.stamp(timestampRequest(root, nonce)));
    expect((await tokenIn(answer, root, nonce)).length).toBeGreaterThan(100);
    await expect(tokenIn(answer, root, new Uint8Array(16))).rejects.toThrow("another request");
    await expect(tokenIn(answer, "cd".repeat(32), nonce)).rejects.toThrow("something else");
    await expect(tokenIn(new Uint8Array([1, 2, 3]), root, nonce)).rejects.toThrow("no time-stamp response");
    authority.away(true);
    await expect(requestTimestamp(authority.url, root)).rejects.toThrow("answered 503");
    authority.away(false);
  });
});
