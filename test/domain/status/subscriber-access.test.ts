import { describe, expect, it } from "vitest";
import type { PageLink, PagesSaid } from "../../../src/domain/status/page-access.ts";
import {
  type KnownKeys,
  signInKey,
  standingOf,
  type SubscriberStanding,
} from "../../../src/domain/status/subscriber-access.ts";
import type { SubscriberWay } from "../../../src/domain/status/subscription.ts";

const now = Date.UTC(2026, 10, 28, 9);
const link: PageLink = {
  ...{ id: "L", page: "acme", name: "Ada", opens: "page", author: "ops" },
  ...{ createdAt: now - 1_000, expiresAt: null, revokedAt: null },
};
const keys: KnownKeys = {
  readAt: now,
  links: new Map([["L", link]]),
  passwords: new Map([["acme", 7]]),
  signIns: new Map([
    [signInKey({ kind: "person", id: "ann" }), null],
    [signInKey({ kind: "person", id: "cay" }), "acme"],
    [signInKey({ kind: "token", id: 3 }), null],
    [signInKey({ kind: "portal_link", id: "P" }), "acme"],
  ]),
};
const settings: PagesSaid = {
  name: "Beacons",
  pages: [
    {
      ...{ slug: "acme", title: "Acme", scope: "all" },
      access: ["link", "password", "sign_in", "network"],
      ...{ networks: ["10.0.0.0/8"], customers: ["acme"] },
    },
  ],
};
/** The same page, let in to by less. */
function without(less: Partial<NonNullable<PagesSaid["pages"]>[number]>): PagesSaid {
  return { ...settings, pages: [{ ...settings.pages![0]!, ...less }] };
}
const nobody: KnownKeys = { readAt: now, links: new Map(), passwords: new Map(), signIns: new Map() };

const ways: Record<string, SubscriberWay> = {
  link: { kind: "link", id: "L" },
  password: { kind: "password", setAt: 7 },
  "somebody who runs the platform": { kind: "person", id: "ann" },
  "somebody of a customer": { kind: "person", id: "cay" },
  token: { kind: "token", id: 3 },
  "portal link": { kind: "portal_link", id: "P" },
};

describe("whoever subscribed on a private page", () => {
  it.each(Object.entries(ways))("by %s is told while that lets in, and over once it is gone", (_, way) => {
    const one = { page: "acme", way };
    expect(standingOf(one, settings, keys)).toBe("holds");
    expect(standingOf(one, settings, nobody)).toBe("over");
    expect(standingOf(one, without({ access: ["network"] }), keys)).toBe("silent");
    expect(standingOf(one, { name: "Beacons" }, keys)).toBe("silent");
  });

  const later: [string, SubscriberWay, PagesSaid, Partial<KnownKeys>, SubscriberStanding][] = [
    ["a revoked link", ways.link!, settings, linked({ revokedAt: now - 1 }), "over"],
    ["a link whose time is up", ways.link!, settings, linked({ expiresAt: now }), "over"],
    ["a link that holds to the next instant", ways.link!, settings, linked({ expiresAt: now + 1 }), "holds"],
    ["another password", ways.password!, settings, { passwords: new Map([["acme", 8]]) }, "over"],
    ["a password of another page", ways.password!, settings, { passwords: new Map([["other", 7]]) }, "over"],
    ["a customer who is named no more", ways["portal link"]!, without({ customers: [] }), {}, "silent"],
    ["their network", { kind: "network", network: "10.0.0.0/8" }, settings, {}, "holds"],
    [
      "a network that is named no more",
      { kind: "network", network: "10.0.0.0/8" },
      without({ networks: ["192.0.2.0/24"] }),
      {},
      "silent",
    ],
    ["those who entered them", { kind: "entered" }, settings, nobody, "holds"],
  ];
  it.each(later)("by %s", (_, way, said, known, standing) => {
    expect(standingOf({ page: "acme", way }, said, { ...keys, ...known })).toBe(standing);
  });

  function linked(over: Partial<PageLink>): Partial<KnownKeys> {
    return { links: new Map([["L", { ...link, ...over }]]) };
  }
});

it("whoever subscribed while the page at the root was open hears nothing while it is closed", () => {
  const one = { page: "public", way: { kind: "public" } as const };
  expect(standingOf(one, { name: "Beacons" }, nobody)).toBe("holds");
  const closed = { access: ["link" as const], networks: [], customers: [] };
  expect(standingOf(one, { name: "Beacons", pageAccess: closed }, nobody)).toBe("silent");
});
