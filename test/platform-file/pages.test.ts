import { describe, expect, it } from "vitest";
import { describeMistakes } from "../../src/platform-file/mistakes.ts";
import { parse } from "./parsing.ts";

const file = (lines: string) =>
  `platform: { name: Acme }
services: { beacon: { checks: { web: { http: "https://beacon.example" } } } }
groups: { front: Front }
customers: { lighthouse: { name: Lighthouse } }
${lines}
`;
const settingsOf = (lines: string) => parse(file(lines)).settings;
const mistakesOf = (lines: string): string[] => {
  try {
    parse(file(lines));
    return [];
  } catch (error) {
    return describeMistakes(error).map((line) => line.replace(/^[^:]*:/, ""));
  }
};

describe("what a file says of pages", () => {
  it("is what each shows, and who may see it by which ways", () => {
    const { pages, pageAccess } = settingsOf(
      "pages: { acme: { services: [beacon], groups: [front], access: [sign_in, network], networks: [10.0.0.0/8], customers: [lighthouse] }, all-of-it: { title: All, services: all, access: link } }",
    );
    expect(pageAccess).toBeUndefined();
    expect(pages).toEqual([
      {
        ...{ slug: "acme", title: "Acme", scope: { services: ["beacon"], groups: ["front"] } },
        ...{ access: ["sign_in", "network"], networks: ["10.0.0.0/8"], customers: ["lighthouse"] },
      },
      { slug: "all-of-it", title: "All", scope: "all", access: ["link"], networks: [], customers: [] },
    ]);
  });

  it("is under which name of its own it stands, however that is written", () => {
    const { pages } = settingsOf(
      "pages: { a: { services: all, access: link, domain: Status.Acme.Example } }",
    );
    expect(pages![0]!.domain).toBe("status.acme.example");
  });

  it("closes the page at the root where it says so", () => {
    expect(settingsOf("page: { access: password }").pageAccess).toEqual({
      ...{ access: ["password"], networks: [], customers: [] },
    });
  });

  it.each([
    [
      "pages: { a: { services: [beacn], access: link } }",
      '5:26  pages.a.services[0]: there is no service "beacn"; did you mean "beacon"?',
    ],
    ["pages: { a: { groups: [back], access: link } }", '5:24  pages.a.groups[0]: there is no group "back"'],
    [
      "pages: { a: { access: link } }",
      "5:10  pages.a: must show something: name services or groups, or say services: all",
    ],
    [
      "pages: { a: { services: all, access: network } }",
      "5:38  pages.a.access: takes networks: where it lets in from",
    ],
    [
      "pages: { a: { services: all, access: link, networks: [::1] } }",
      "5:44  pages.a.networks: means nothing without access: network",
    ],
    [
      "pages: { a: { services: all, access: link, customers: [lighthouse] } }",
      "5:44  pages.a.customers: means nothing without access: sign_in",
    ],
    [
      "pages: { a: { services: all, access: sign_in, customers: [x] } }",
      '5:59  pages.a.customers[0]: there is no customer "x"',
    ],
    [
      "pages: { a: { services: all, access: link, domain: https://a.example } }",
      '5:52  pages.a.domain: must be a name like status.acme.example, not "https://a.example"',
    ],
    [
      "pages: { a: { services: all, access: link, domain: a.example }, b: { services: all, access: link, domain: A.example } }",
      "5:107  pages.b.domain: leads to pages/a already",
    ],
    [
      "pages: { public: { services: all, access: link } }",
      '5:10  pages.public: is the page at the root: say who may see it under "page"',
    ],
    ["pages: { a: { services: all } }", '5:10  pages.a: "access" is missing'],
    [
      "page: { access: [door] }",
      '5:18  page.access[0]: must be "public", "sign_in", "link", "network" or "password", not "door"',
    ],
    [
      "page: { access: network, networks: [10.0.0.0/99] }",
      '5:37  page.networks[0]: must be an address or a network like 10.0.0.0/8 or 2001:db8::/32, not "10.0.0.0/99"',
    ],
  ])("%s is refused with its place", (lines, told) => {
    expect(mistakesOf(lines)).toEqual([told]);
  });
});
