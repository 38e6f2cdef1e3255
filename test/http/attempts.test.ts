import type { Context } from "hono";
import { describe, expect, it } from "vitest";
import { limitAttempts } from "../../src/http/attempts.ts";

const from = (remoteAddress: string) =>
  ({ env: { incoming: { socket: { remoteAddress } } } }) as unknown as Context;
const refused = { status: 429, afterSeconds: 60 };

describe("whoever tries and fails", () => {
  it("is refused for a while, from their network and as whom they say they are, and by nobody's fault alone", () => {
    const attempts = limitAttempts(3, 60_000);
    for (let i = 0; i < 3; i++) {
      attempts.mayTry(from("192.0.2.1"), i, "ada");
      attempts.failed(from("192.0.2.1"), i, "ada");
    }
    expect(() => attempts.mayTry(from("192.0.2.1"), 10, "bo")).toThrow(expect.objectContaining(refused));
    expect(() => attempts.mayTry(from("192.0.2.2"), 10, "ada")).toThrow(expect.objectContaining(refused));
    attempts.mayTry(from("192.0.2.2"), 10, "bo");
    attempts.mayTry(from("192.0.2.1"), 60_003, "ada");
  });

  it("from all the addresses of one IPv6 network is one, and all together are limited, too", () => {
    const attempts = limitAttempts(3, 60_000);
    for (let i = 0; i < 3; i++) {
      attempts.failed(from(`2001:db8:1:2::${i}`), 0);
    }
    expect(() => attempts.mayTry(from("2001:db8:1:2:ffff::9"), 1)).toThrow(expect.objectContaining(refused));
    attempts.mayTry(from("2001:db8:1:3::9"), 1);
    for (let i = 0; i < 87; i++) {
      attempts.failed(from(`192.0.2.${i}`), 0);
    }
    expect(() => attempts.mayTry(from("198.51.100.1"), 1)).toThrow(expect.objectContaining(refused));
  });

  it("leaves room for many where that is said", () => {
    const attempts = limitAttempts(3, 60_000, 200);
    for (let i = 0; i < 199; i++) {
      attempts.failed(from(`192.0.2.${i}`), 0);
    }
    attempts.mayTry(from("198.51.100.1"), 1);
    attempts.failed(from("198.51.100.1"), 1);
    expect(() => attempts.mayTry(from("198.51.100.2"), 1)).toThrow(expect.objectContaining(refused));
  });

  it("has no more guesses by sending them all at once, and those that were right are forgotten", () => {
    const attempts = limitAttempts(3, 60_000);
    const ada = from("192.0.2.1");
    const begun = [0, 1, 2].map(() => attempts.begin(ada, 0, "ada"));
    expect(() => attempts.begin(ada, 0, "ada")).toThrow(expect.objectContaining(refused));
    begun.forEach((attempt) => attempt.over());
    const [wrong, right] = [attempts.begin(ada, 1, "ada"), attempts.begin(ada, 1, "ada")];
    wrong.failed(2);
    wrong.over();
    right.over();
    expect([attempts.begin(ada, 3, "ada"), attempts.begin(ada, 3, "ada")]).toHaveLength(2);
    expect(() => attempts.begin(ada, 3, "ada")).toThrow(expect.objectContaining(refused));
  });
});
