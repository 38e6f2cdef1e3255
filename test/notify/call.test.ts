import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call } from "../../src/notify/call.ts";
import { ChannelFailure } from "../../src/notify/channel.ts";
import { isPrivateAddress } from "../../src/notify/private-address.ts";
import { type CallReceiver, startCallReceiver } from "../support/receivers.ts";

let hook: CallReceiver;
beforeAll(async () => {
  hook = await startCallReceiver();
});
afterAll(() => hook.close());

const ask = (url: string, isInternal = true, secrets: string[] = []) =>
  call({ method: "POST", url, headers: {}, body: "{}" }, { isInternal, secrets });
const failureOf = (url: string, isInternal = true, secrets: string[] = []) =>
  ask(url, isInternal, secrets).then(
    () => expect.unreachable(),
    (error: unknown) => error as ChannelFailure,
  );

describe("a call", () => {
  it("tells what was answered on one line, cut, and nothing of a page", async () => {
    hook.answer(200, {}, `first\n\tsecond ${"x".repeat(500)}`);
    expect(await ask(hook.url)).toMatch(/^200 first second x+…$/);
    expect((await ask(hook.url)).length).toBeLessThan(210);
    hook.answer(200, {}, "<html><body>hello</body></html>");
    expect(await ask(hook.url)).toBe("200");
  });

  it("listens to the beginning of an endless answer alone", async () => {
    hook.answer(200, {}, "y".repeat(5_000_000));
    expect(await ask(hook.url)).toMatch(/^200 y+…$/);
  });

  it("follows no redirect, and says so", async () => {
    hook.answer(302, { location: `${hook.url}elsewhere` });
    const before = hook.calls.length;
    const failure = await failureOf(hook.url);
    expect(failure.message).toBe("the receiver answered 302: it leads elsewhere, which is not followed");
    expect(failure.isFinal).toBe(true);
    expect(hook.calls.length).toBe(before + 1);
  });

  it.each([
    ["2", 2_000],
    ["0.5", 500],
    ["86400", 3_600_000],
    ["Fri, 03 Jul 2026 08:16:20 GMT", 60_000],
    ["Fri, 03 Jul 2026 08:00:00 GMT", 0],
    ["soon", null],
  ])("that is to wait until %s waits %i ms, by the receiver's own clock", async (said, ms) => {
    hook.answer(503, { "retry-after": said, date: "Fri, 03 Jul 2026 08:15:20 GMT" });
    expect((await failureOf(hook.url)).retryAfterMs).toBe(ms);
  });

  it("to a port where nobody listens fails for now, in plain words without the address", async () => {
    const failure = await failureOf("http://127.0.0.1:1/s3cret");
    expect(failure).toMatchObject({
      isFinal: false,
      message: expect.stringMatching(/could not be delivered/),
    });
    expect(failure.message).not.toContain("s3cret");
  });

  it.each([
    "http://127.0.0.1:8099/",
    "http://[::1]:8099/",
    "http://[::ffff:10.0.0.1]:8099/",
    "http://localhost:8099/",
  ])("to %s is refused for good where private networks are closed", async (url) => {
    expect(await failureOf(url, false)).toMatchObject({
      isFinal: true,
      message: "it leads into a private network; `internal: true` on the channel allows that",
    });
  });

  it("to what is no web address is refused", async () => {
    expect((await failureOf("file:///etc/passwd")).isFinal).toBe(true);
  });
});

describe("private addresses", () => {
  it.each([
    ...[
      "127.0.0.1",
      "10.1.2.3",
      "172.16.0.1",
      "172.31.255.255",
      "192.168.1.1",
      "169.254.169.254",
      "100.64.0.1",
    ],
    ...["0.0.0.0", "255.255.255.255", "::1", "::", "fd00::1", "fe80::1", "::ffff:10.0.0.1", "64:ff9b::a00:1"],
  ])("%s is one", (address) => expect(isPrivateAddress(address)).toBe(true));

  it.each(["1.1.1.1", "172.32.0.1", "192.0.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "beacon.example"])(
    "%s is none",
    (address) => expect(isPrivateAddress(address)).toBe(false),
  );
});
