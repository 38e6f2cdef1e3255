import { describe, expect, it } from "vitest";
import {
  addressOf,
  findPage,
  linkHolds,
  pageAtDomain,
  type PageLink,
  type Pass,
  rootOf,
  wayInto,
} from "../../../src/domain/status/page-access.ts";
import {
  type AccessKind,
  accessKinds,
  type PageDefinition,
} from "../../../src/domain/status/page-definition.ts";
import { boards } from "../../support/boards.ts";

const now = Date.UTC(2026, 10, 28, 9);

function aPage(access: AccessKind[]): PageDefinition {
  const scope = { services: ["beacon"], groups: [] };
  return { slug: "acme", title: "Acme", scope, access, networks: ["10.0.0.0/8"], customers: ["acme"] };
}

function aLink(over: Partial<PageLink> = {}): PageLink {
  return {
    ...{ id: "link", page: "acme", name: "Ada", opens: "page", author: "ops" },
    ...{ createdAt: now - 1_000, expiresAt: null, revokedAt: null },
    ...over,
  };
}

const nobody = { network: null, pass: null };
const state = { passwordSetAt: 7, isFeed: false, now };
const ada = { kind: "person", id: "ada" } as const;
const by = (pass: Pass) => ({ network: null, pass });

/** Whoever has something that is right, by the way in that it is right for. */
const right = {
  public: nobody,
  sign_in: by({ kind: "sign_in", customer: "acme", by: ada }),
  link: by({ kind: "link", link: aLink() }),
  network: { network: "10.0.0.0/8", pass: null },
  password: by({ kind: "password", setAt: 7 }),
};

/** How each of them is remembered to have come in. */
const ways = {
  public: { kind: "public" },
  sign_in: ada,
  link: { kind: "link", id: "link" },
  network: { kind: "network", network: "10.0.0.0/8" },
  password: { kind: "password", setAt: 7 },
};

describe("a page of an audience", () => {
  it.each(accessKinds.flatMap((open) => accessKinds.map((shown) => [open, shown] as const)))(
    "that is open by %s is seen by whoever comes by %s if that is the same, or it is open to everybody",
    (open, shown) => {
      const way = open === "public" ? ways.public : open === shown ? ways[shown] : null;
      expect(wayInto(aPage([open]), right[shown], state)).toEqual(way);
    },
  );

  it("is open by any of its ways", () => {
    const page = aPage(["link", "password"]);
    expect(wayInto(page, right.link, state)).toEqual(ways.link);
    expect(wayInto(page, right.password, state)).toEqual(ways.password);
    expect(wayInto(page, right.network, state)).toBeNull();
  });

  const wrong: [string, Pass][] = [
    ["a link of another page", { kind: "link", link: aLink({ page: "other" }) }],
    ["a revoked link", { kind: "link", link: aLink({ revokedAt: now - 1 }) }],
    ["a link whose time is up", { kind: "link", link: aLink({ expiresAt: now }) }],
    ["a link for feeds", { kind: "link", link: aLink({ opens: "feeds" }) }],
    ["the password before this one", { kind: "password", setAt: 6 }],
    ["another customer", { kind: "sign_in", customer: "other", by: ada }],
  ];
  it.each(wrong)("is not seen by whoever has %s", (_, pass) => {
    expect(wayInto(aPage(["link", "password", "sign_in"]), by(pass), state)).toBeNull();
  });

  it("lets in those who run the platform wherever one signs in", () => {
    expect(wayInto(aPage(["sign_in"]), by({ kind: "sign_in", customer: null, by: ada }), state)).toEqual(ada);
  });

  it("is read by programs with a link for feeds, by whatever ways people come", () => {
    const feeds = by({ kind: "link", link: aLink({ opens: "feeds" }) });
    expect(wayInto(aPage(["sign_in"]), feeds, { ...state, isFeed: true })).toEqual(ways.link);
    expect(wayInto(aPage(["sign_in"]), feeds, state)).toBeNull();
  });

  it("that has no password is opened by none", () => {
    expect(wayInto(aPage(["password"]), right.password, { ...state, passwordSetAt: null })).toBeNull();
  });
});

it("a link holds until the very instant at which its time is up", () => {
  expect(linkHolds(aLink({ expiresAt: now }), now - 1)).toBe(true);
  expect(linkHolds(aLink({ expiresAt: now }), now)).toBe(false);
});

it("a page begins at its own name, else below the page at the root, and speaks as that does", () => {
  const page = aPage(["public"]);
  expect([rootOf(page), addressOf(page, "https://main.example")]).toEqual([
    "/pages/acme",
    "https://main.example/pages/acme",
  ]);
  const named = { ...page, domain: "status.acme.example" };
  expect([rootOf(named), addressOf(named, "https://main.example")]).toEqual([
    "",
    "https://status.acme.example",
  ]);
  expect(addressOf(named, "http://main.example:3000")).toBe("http://status.acme.example");
  expect(rootOf({ slug: "public" })).toBe("");
});

it.each([
  ["status.acme.example", "a"],
  ["status.acme.example:443", "a"],
  ["status.acme.example:8443", "b"],
  ["acme.example", undefined],
  ["", undefined],
])("the page at %s", (host, slug) => {
  const pages = [
    { ...aPage(["public"]), slug: "none" },
    { ...aPage(["public"]), slug: "b", domain: "status.acme.example:8443" },
    { ...aPage(["public"]), slug: "a", domain: "status.acme.example" },
  ];
  expect(pageAtDomain({ name: "Acme", pages }, host)?.slug).toBe(slug);
});

it("a page is found by its slug", () => {
  const { settings } = boards.calm();
  expect(findPage(settings, "acme")).toBeUndefined();
  expect(findPage({ ...settings, pages: [aPage(["public"])] }, "acme")?.title).toBe("Acme");
});
