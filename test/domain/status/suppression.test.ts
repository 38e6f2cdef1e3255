import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { confirmSubscription, subscriptionState } from "../../../src/domain/status/subscription.ts";
import {
  noteDelivery,
  noteReturn,
  softReturnsKeptMs,
  suppressedAfter,
  suppressedAfterDays,
} from "../../../src/domain/status/suppression.ts";
import { aSubscription, subscribedAt } from "../../support/subscriptions.ts";

const day = 86_400_000;
const undelivered = (status: string) => ({ kind: "undelivered", status }) as const;

describe("messages that are refused", () => {
  it("for good and in a row end the attempts; confirmed again it hears again", () => {
    let refused = aSubscription();
    for (let i = 1; i <= suppressedAfter; i++) {
      expect(subscriptionState(refused)).toBe("active");
      refused = noteDelivery(refused, "550", subscribedAt + i);
    }
    const at = subscribedAt + suppressedAfter;
    expect(refused).toMatchObject({ suppressedAt: at, suppression: "refused", failure: "550" });
    const again = confirmSubscription(refused, subscribedAt + 10);
    expect(again).toMatchObject({
      ...{ suppressedAt: null, suppression: null, refusals: 0 },
      confirmedAt: subscribedAt,
    });
  });

  it("are made up for by one that is taken", () => {
    const taken = noteDelivery(aSubscription({ refusals: suppressedAfter - 1 }), null, subscribedAt);
    expect(taken).toMatchObject({ refusals: 0, failure: null });
  });

  it("keep their reason when one that was under way is taken after all", () => {
    const complained = noteReturn(aSubscription(), { kind: "complaint" }, subscribedAt);
    expect(noteDelivery(complained, null, subscribedAt + 1)).toBe(complained);
  });
});

describe("letters that come back", () => {
  it.each([
    ["5.1.1", "returned"],
    ["5.1.10", "returned"],
    ["5.2.1", "returned"],
    ["5.4.4", "returned"],
    ["5.0.0", "returned"],
    // A mailbox that is full, a letter that is held for unwanted or is too odd, and whatever may pass.
    ["5.2.2", null],
    ["5.7.1", null],
    ["5.6.2", null],
    ["4.4.7", null],
    ["4.2.2", null],
  ])("with %s: %s", (status, suppression) => {
    const noted = noteReturn(aSubscription(), undelivered(status), subscribedAt);
    expect(noted).toMatchObject({ suppression, failure: null, returned: undelivered(status) });
    expect(noted.suppressedAt).toBe(suppression === null ? null : subscribedAt);
  });

  it("are remembered until the next one is taken, or refused with other words", () => {
    const noted = noteReturn(aSubscription({ failure: "421" }), undelivered("4.2.2"), subscribedAt);
    expect(noteDelivery(noted, null, subscribedAt + 1)).toMatchObject({ failure: null, returned: null });
    expect(noteDelivery(noted, "550", subscribedAt + 1)).toMatchObject({ failure: "550", returned: null });
  });

  it("and may arrive another day end the attempts once they came back on several days", () => {
    let noted = aSubscription();
    for (let n = 0; n < suppressedAfterDays; n++) {
      expect(noted.suppressedAt).toBeNull();
      // A whole incident's letters on one day are one day.
      for (const later of [0, 1, 60_000, day - 1 - 60_000]) {
        noted = noteReturn(noted, undelivered("4.2.2"), subscribedAt + n * day + (n === 3 ? 0 : later));
      }
    }
    expect(noted).toMatchObject({ suppression: "returned_often", suppressedAt: subscribedAt + 3 * day });
  });

  it("too rarely to say anything end nothing", () => {
    let noted = aSubscription();
    for (let n = 0; n < 20; n++) {
      noted = noteReturn(noted, undelivered("4.4.1"), subscribedAt + (n * softReturnsKeptMs) / 3);
    }
    expect(noted.suppressedAt).toBeNull();
  });

  it("never remember more than what decides, whatever comes back and when", () => {
    const anyReturn = fc.record({
      status: fc.constantFrom("4.2.2", "5.2.2", "5.7.1", "4.4.7"),
      later: fc.integer({ min: 0, max: 3 * day }),
    });
    fc.assert(
      fc.property(fc.array(anyReturn, { maxLength: 40 }), (returns) => {
        let [noted, at] = [aSubscription(), subscribedAt];
        for (const { status, later } of returns) {
          at += later;
          noted = noteReturn(noted, undelivered(status), at);
          const [first = at] = noted.softReturns;
          expect(noted.softReturns.length).toBeLessThanOrEqual(suppressedAfterDays + 1);
          expect(at - first).toBeLessThan(softReturnsKeptMs);
          if (noted.suppressedAt === at) {
            expect(at - first).toBeGreaterThanOrEqual((suppressedAfterDays - 1) * day);
            break;
          }
        }
      }),
    );
  });
});

it("whoever complains is told no more", () => {
  expect(noteReturn(aSubscription(), { kind: "complaint" }, subscribedAt)).toMatchObject({
    ...{ suppression: "complained", suppressedAt: subscribedAt },
  });
});
