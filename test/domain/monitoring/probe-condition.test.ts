import { expect, it } from "vitest";
import { type KnownOfProbe, probeConditionOf } from "../../../src/domain/monitoring/probe-condition.ts";

const now = 1_000_000;
const known: KnownOfProbe = { revokedAt: null, seenAt: now, networkLostSince: null, share: 32 };
const condition = (over: Partial<KnownOfProbe>) => probeConditionOf({ ...known, ...over }, now);

it("a probe that polls asks its share, or stands by while it has none", () => {
  expect(condition({})).toBe("asking");
  expect(condition({ share: 0 })).toBe("standing_by");
});

it("is quiet after more than a minute without a word, and never heard where there was none", () => {
  expect(condition({ seenAt: now - 60_000 })).toBe("asking");
  expect(condition({ seenAt: now - 60_001 })).toBe("quiet");
  expect(condition({ seenAt: null })).toBe("never_heard");
});

it("says that its network is lost only while it is heard of", () => {
  expect(condition({ networkLostSince: now - 5 })).toBe("network_lost");
  expect(condition({ networkLostSince: now - 90_000, seenAt: now - 90_000 })).toBe("quiet");
});

it("is revoked whatever else it may be", () => {
  expect(condition({ revokedAt: now - 1, networkLostSince: now, seenAt: null })).toBe("revoked");
});
